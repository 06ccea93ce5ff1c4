"""A browser in words that people know, from what it says of itself. A hint for its owner, never a proof."""

from django.utils.translation import gettext as _

# The first word found counts: browsers name those they descend from after their own name.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("QQBrowser", "QQ 浏览器"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """“Chrome · Windows”; what cannot be told is left out, and of a browser nobody knows its own first words stand."""
    found = [next((name for word, name in names if word in user_agent), "") for names in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or user_agent.partition(" ")[0][:40] or _("不明")
