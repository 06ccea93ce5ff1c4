"""Addresses of signing in and of a person's own settings."""

from django.urls import path

from parties import views
from parties.sign_in.views import administrators, factors, own, provider, steps

urlpatterns = [
    path("signin/", views.SignInView.as_view(), name="login"),
    path("signin/again/", views.recovered, name="recovered"),
    path("signin/code/", steps.CodeView.as_view(), name="mfa_authenticate"),
    path("signin/begin-again/", steps.begin_again, name="begin_again"),
    path("signin/provider/", provider.begin, name="oidc"),
    path("signin/provider/back/", provider.callback, name="oidc_callback"),
    path("signout/", views.SignOutView.as_view(), name="logout"),
    path("security/", own.security, name="security"),
    path("security/password/", own.password, name="password"),
    path("security/prove/", steps.ProveByPasswordView.as_view(), name="account_reauthenticate"),
    path("security/prove/code/", steps.ProveByCodeView.as_view(), name="mfa_reauthenticate"),
    path("security/factor/", factors.enrol, name="enrol"),
    path("security/factor/picture.svg", factors.picture, name="factor_picture"),
    path("security/factor/remove/", factors.remove, name="remove_factor"),
    path("security/codes/", factors.recovery_codes, name="recovery_codes"),
    path("security/codes/file/", factors.recovery_codes_file, name="recovery_codes_file"),
    path("security/codes/kept/", factors.codes_are_kept, name="codes_are_kept"),
    path("security/codes/renew/", factors.renew_codes, name="renew_codes"),
    path("security/sessions/end/", own.end_session, name="end_session"),
    path("security/sessions/end-others/", own.end_others, name="end_others"),
    path("security/provider/link/", provider.link, name="link_provider"),
    path("security/provider/unlink/", own.unlink, name="unlink_provider"),
    path("security/records/", administrators.sign_in_records, name="sign_in_records"),
    path("security/reset/", administrators.reset_factor, name="reset_factor"),
    path("large-text/", views.large_text, name="large_text"),
    path("language/", views.language, name="language"),
    # The name by which allauth knows the sign-in page.
    path("signin/", views.SignInView.as_view(), name="account_login"),
]
