"""The people and places of the demonstration: districts, organisations, who works where, and the duty list."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from random import Random

from django.contrib.auth.hashers import make_password

from cases.demands.duties.changes import taken_apart
from cases.demands.models import Category, DutyItem, DutyOwner
from cases.demands.questions import CATEGORIES
from config.demo.accounts import SIGN_IN_WITH, SOURCE
from config.demo.casts import SMALL, Cast
from config.demo.city import BANNERS, CITY, DISTRICTS, PLATFORM_OFFICES
from config.demo.people import (
    ADMINISTRATORS,
    DISTRICT_LETTERS,
    MAIL_DOMAIN,
    ONE_PERSON_DESKS,
    SECOND_INTAKE,
    SECRETARY_IS_HEAD,
    names,
)
from config.demo.whole_city.posts import CITY_LEADERS, FURTHER_OFFICES, OfficeLine, goers_to_firms
from parties.models import (
    Department,
    District,
    Enterprise,
    Membership,
    Office,
    Organisation,
    PartyCoverage,
    PartyOrganisation,
    User,
)
from parties.roles import Role


class Town:
    """Districts, organisations, people and the duty list; afterwards every post can be found by what it is called."""

    def __init__(self, random: Random, *, since: date, cast: Cast = SMALL) -> None:
        self._names, self.since, self.cast = names(random), since, cast
        # Argon2 takes 0.17 s a password by design. Hashed once and shared, salt and all, because this one password is
        # public: whoever saw two equal hashes would learn nothing that the sign-in page does not say. Anywhere else
        # every person needs a salt of their own.
        self._hash = make_password(SIGN_IN_WITH)
        self._users: list[User] = []
        self._people = 0
        self._held: list[tuple[User, Organisation, Role]] = []
        self.offices: dict[str, Office] = {}
        self.departments: dict[str, Department] = {}
        self.firms: dict[int, Enterprise] = {}
        self.party: dict[str, PartyOrganisation] = {}
        self._districts()
        self._offices()
        self._departments()
        self._firms()
        self._second_persons()
        further = list(self._further_offices(FURTHER_OFFICES if cast.every_role else (CITY_LEADERS,)))
        self.leaders = next(office for line, office in further if line is CITY_LEADERS)
        if cast.every_role:
            self._goers_to_firms()
        self.categories = self._categories()
        self.duties = self._duty_list()
        self._save_people()
        self._party_organisations()

    # -- organisations and who works there --

    def _person(self, username: str, *posts: tuple[Organisation, Role], phone: str = "") -> User:
        user = self.somebody(username, phone=phone)
        self._users.append(user)
        self._held += [(user, place, role) for place, role in posts]
        return user

    def somebody(self, username: str, *, phone: str = "") -> User:
        """An account that is not saved yet, of a person whose name nobody else has."""
        self._people += 1
        return User(
            username=username,
            name=next(self._names),
            phone=phone or f"139{self._people:08d}",
            email=f"{username}@{MAIL_DOMAIN}",
            password=self._hash,
        )

    def _districts(self) -> None:
        District.objects.bulk_create(
            [
                District(code=CITY.code, name=CITY.name, level=District.Level.CITY),
                *(
                    District(code=banner.code, name=banner.name, level=District.Level.BANNER, parent_id=CITY.code)
                    for banner in BANNERS
                ),
            ],
            ignore_conflicts=True,
        )

    def _offices(self) -> None:
        for district in DISTRICTS:
            code, letters = district.code, DISTRICT_LETTERS[district.code]
            office = Office.objects.create(
                name=PLATFORM_OFFICES[code],
                short_name=PLATFORM_OFFICES[code],
                district_id=code,
                serves_id=code,
                office_kind=Office.OfficeKind.PLATFORM,
            )
            self.offices[code] = office
            if code in ONE_PERSON_DESKS:
                self._person(f"{letters}-sl", (office, Role.INTAKE), (office, Role.DISPATCHER))
            else:
                self._person(f"{letters}-sl", (office, Role.INTAKE))
                self._person(f"{letters}-pd", (office, Role.DISPATCHER))
            self._person(f"{letters}-cj", (office, Role.ARBITRATOR))
        for username, role in ADMINISTRATORS.items():
            self._person(username, (self.offices[CITY.code], role))

    def _departments(self) -> None:
        for line in self.cast.departments:
            department = Department.objects.create(
                code=line.code, name=line.name, short_name=line.short_name, district_id=line.district
            )
            self.departments[line.code] = department
            self._person(f"{line.code}-ll", (department, Role.DEPARTMENT_LIAISON))
            self._person(f"{line.code}-cb1", (department, Role.HANDLER))
            self._person(f"{line.code}-cb2", (department, Role.HANDLER))
            self._person(f"{line.code}-fg", (department, Role.DEPUTY_HEAD))
            posts = [(department, Role.DEPARTMENT_SECRETARY)]
            if line.code == SECRETARY_IS_HEAD:
                posts.append((department, Role.DEPARTMENT_HEAD))
            self._person(f"{line.code}-sj", *posts)

    def _firms(self) -> None:
        """Every firm has its staff; the firms of the joint branch have one secretary between them."""
        self._secretaries: dict[str, User] = {}
        for line in self.cast.firms:
            firm = Enterprise.objects.create(
                name=line.name,
                short_name=line.short_name,
                district_id=line.district,
                credit_code=line.credit_code,
                industry=line.industry,
                contact_phone=line.phone,
            )
            self.firms[line.serial] = firm
            self._person(f"qy{line.serial:02d}", (firm, Role.ENTERPRISE_STAFF), phone=line.phone)
            post = (firm, Role.ENTERPRISE_SECRETARY)
            if line.party_name in self._secretaries:
                self._held.append((self._secretaries[line.party_name], *post))
            else:
                self._secretaries[line.party_name] = self._person(f"qy{line.serial:02d}sj", post)

    def _second_persons(self) -> None:
        """Whoever consents to what another proposes: supervisors, heads, here and there a second intake."""
        for code, office in self.offices.items():
            self._person(f"{DISTRICT_LETTERS[code]}-db", (office, Role.SUPERVISOR))
            if code in SECOND_INTAKE:
                self._person(f"{DISTRICT_LETTERS[code]}-sl2", (office, Role.INTAKE))
        for code, department in self.departments.items():
            if code != SECRETARY_IS_HEAD:
                self._person(f"{code}-zr", (department, Role.DEPARTMENT_HEAD))

    def _further_offices(self, lines: Iterable[OfficeLine]) -> Iterator[tuple[OfficeLine, Office]]:
        """Leaders with their secretaries, and statisticians."""
        for line in lines:
            office = Office.objects.create(
                name=line.name,
                short_name=line.name,
                district_id=line.district,
                serves_id=line.district,
                office_kind=line.kind,
            )
            for username, role in line.people:
                self._person(username, (office, role))
            yield line, office

    def _goers_to_firms(self) -> None:
        for username, role, serials in goers_to_firms(self.cast.firms):
            self._person(username, *((self.firms[serial], role) for serial in serials))

    def _party_organisations(self) -> None:
        found = self.party
        for line in self.cast.firms:
            if line.party_name not in found:
                found[line.party_name] = PartyOrganisation(
                    name=line.party_name, kind=line.party_kind, secretary=self._secretaries[line.party_name]
                )
        PartyOrganisation.objects.bulk_create(found.values())
        PartyCoverage.objects.bulk_create(
            PartyCoverage(
                party_organisation=found[line.party_name], enterprise=self.firms[line.serial], valid_from=self.since
            )
            for line in self.cast.firms
        )

    def _save_people(self) -> None:
        User.objects.bulk_create(self._users)
        memberships = Membership.objects.bulk_create(
            Membership(user=user, organisation_id=place.pk, role=role, source=SOURCE, valid_from=self.since)
            for user, place, role in self._held
        )
        self._posts: dict[tuple[int, Role], list[Membership]] = {}
        for membership, (user, place, role) in zip(memberships, self._held, strict=True):
            membership.user, membership.organisation = user, place
            self._posts.setdefault((place.pk, role), []).append(membership)

    def post(self, place: Organisation, role: Role, which: int = 0) -> Membership:
        return self.post_at(place.pk, role, which)

    def post_at(self, place: int, role: Role, which: int = 0) -> Membership:
        return self._posts[place, role][which]

    def posts(self) -> Iterator[Membership]:
        return chain.from_iterable(self._posts.values())

    # -- the duty list --

    def _categories(self) -> dict[str, Category]:
        rows = [
            Category(code=line.code, name=str(line.name), hint=str(line.hint), sort=n)
            for n, line in enumerate(CATEGORIES)
        ]
        Category.objects.bulk_create(rows, ignore_conflicts=True)
        return {row.code: row for row in rows}

    def _duty_list(self) -> dict[str, DutyItem]:
        rows = {
            line.code: DutyItem(
                code=line.code,
                category=self.categories[line.category],
                matter=line.matter,
                legal_basis=line.legal_basis,
                klass=line.klass,
                **dict(zip(("law", "article"), taken_apart(line.legal_basis), strict=True)),
            )
            for line in self.cast.duties
        }
        DutyItem.objects.bulk_create(rows.values())
        DutyOwner.objects.bulk_create(
            DutyOwner(duty_item=rows[line.code], department=self.departments[owner])
            for line in self.cast.duties
            for owner in line.owners
        )
        return rows
