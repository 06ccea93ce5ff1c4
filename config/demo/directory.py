"""What the directory says of the demonstration: strength of party organisations, committees, alliances, deputies.

Nobody new comes to the small demonstration; in the whole city some people have left and some have moved.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from django.contrib.auth.hashers import make_password

from config.demo.accounts import SOURCE
from config.demo.city import BANNERS, CITY
from config.demo.enterprises import BRANCH, COMMITTEE, GENERAL_BRANCH, JOINT_BRANCH, JOINT_BRANCH_NAME
from config.demo.town import Town
from parties.models import (
    Alliance,
    AllianceMember,
    Deputy,
    Enterprise,
    IndustryCommittee,
    MassOrganisation,
    Membership,
    Organisation,
    PartyOrganisation,
    User,
)
from parties.roles import Role
from workflow.calendar import ZONE

BANNER_NAMES = {banner.code: banner.name for banner in BANNERS}
# Members of a party organisation by its kind, at least and at most.
STRENGTH = {COMMITTEE: (60, 180), GENERAL_BRANCH: (32, 70), BRANCH: (3, 24), JOINT_BRANCH: (5, 30)}
ALL_THREE = (MassOrganisation.Kind.UNION, MassOrganisation.Kind.YOUTH, MassOrganisation.Kind.WOMEN)
# Industry, and the department in charge of it; the small demonstration has the first two.
INDUSTRIES = (
    ("物流", "jtj"),
    ("软件", "gxj"),
    ("建筑", "zjj"),
    ("农牧", "nmj"),
    ("检测服务", "scjgj"),
    ("羊绒", "gxj"),
)
ALLIANCES = (
    ("新能源装备产业链联盟", ("光伏", "装备制造")),
    ("绒纺产业联盟", ("羊绒",)),
    ("现代煤化工产业链联盟", ("煤化工", "新材料")),
    ("绿色农畜产品联盟", ("农牧", "乳品", "食品加工")),
    ("数字经济企业联盟", ("软件", "商贸")),
)
OF_THE_SMALL = 2  # industries and alliances
FIRMS_OF_AN_ALLIANCE = 40
ROADS = ("创业路", "兴工路", "开源大街", "纬三路", "经五路", "科技街")
REASONS = ("参加集中培训", "外出调研", "休年假", "住院治疗")
# Departments whose deputy head is away; the head stands in. In the whole city the liaisons of others, too.
AWAY = ("czj", "swj")
LIAISONS_AWAY = ("kjj", "nmj", "yjj", "zwfwj", "dltq-zjj", "zgeq-scjgj", "yjhlq-zrzyj")
LEFT_EVERY, MOVED = 6, 8  # every so many departments' head has a predecessor; so many handlers came from elsewhere


def fill_directory(town: Town, *, as_of: date, seed: int) -> None:
    """Party organisations have their strength, firms their address; committees, alliances and deputies are there."""
    random = Random(f"directory/{seed}")
    committees = _committees(town)
    _party_organisations(town, committees, random, as_of)
    _firms(town, random)
    _alliances(town, as_of)
    _deputies(town, random, as_of)
    if town.cast.every_role:
        _changes_of_posts(town, as_of)


def _committees(town: Town) -> dict[str, IndustryCommittee]:
    lines = INDUSTRIES if town.cast.every_role else INDUSTRIES[:OF_THE_SMALL]
    return {
        industry: IndustryCommittee.objects.create(
            name=f"{CITY.name}{industry}行业党委",
            short_name=f"{industry}行业党委",
            district_id=CITY.code,
            industry=industry,
            lead_department=town.departments[department],
        )
        for industry, department in lines
    }


def _party_organisations(town: Town, committees: dict[str, IndustryCommittee], random: Random, as_of: date) -> None:
    """Their formation and strength, and what they lead: the larger all three mass organisations, others a union."""
    counted_on = as_of.replace(day=1) - timedelta(days=1)
    groups: list[MassOrganisation] = []
    for line in town.cast.firms:
        one = town.party[line.party_name]
        if one.counted_on is not None:
            continue  # a joint branch is met once for every firm
        one.counted_on, one.district_id = counted_on, line.district
        least, most = STRENGTH[line.party_kind]
        one.full_members, one.probationary_members = random.randint(least, most), random.randrange(4)
        if line.party_kind == JOINT_BRANCH:
            by_trade = line.party_name == JOINT_BRANCH_NAME
            one.formation = PartyOrganisation.Formation.JOINT if by_trade else PartyOrganisation.Formation.AREA
        elif line.industry in committees:
            one.superior = committees[line.industry]
        large = line.party_kind in (COMMITTEE, GENERAL_BRANCH)
        for kind in ALL_THREE if large else ALL_THREE[: random.randrange(2)]:
            members = one.full_members * (6 if kind == MassOrganisation.Kind.UNION else 1) + random.randrange(20)
            groups.append(MassOrganisation(party_organisation=one, kind=kind, members=members))
    for one in town.party.values():
        PartyOrganisation.objects.filter(pk=one.pk).update(
            formation=one.formation,
            district=one.district_id,
            superior=one.superior_id,
            full_members=one.full_members,
            probationary_members=one.probationary_members,
            counted_on=one.counted_on,
        )
    MassOrganisation.objects.bulk_create(groups)


def _firms(town: Town, random: Random) -> None:
    for line in town.cast.firms:
        firm = town.firms[line.serial]
        staff = town.post(firm, Role.ENTERPRISE_STAFF).user
        if line.party_kind == COMMITTEE:
            size = Enterprise.Size.LARGE
        elif line.party_kind == GENERAL_BRANCH:
            size = Enterprise.Size.MEDIUM
        else:
            size = random.choice((Enterprise.Size.SMALL, Enterprise.Size.SMALL, Enterprise.Size.MICRO))
        Enterprise.objects.filter(pk=firm.pk).update(
            size=size,
            address=f"{BANNER_NAMES[line.district]}{random.choice(ROADS)}{random.randrange(1, 99)}号",
            contact_name=staff.name,
            contact_phone=line.phone,
        )


def _alliances(town: Town, as_of: date) -> None:
    since = as_of - timedelta(days=300)
    for name, industries in ALLIANCES if town.cast.every_role else ALLIANCES[:OF_THE_SMALL]:
        alliance = Alliance.objects.create(name=name, short_name=name, district_id=CITY.code)
        members = [town.firms[line.serial] for line in town.cast.firms if line.industry in industries]
        AllianceMember.objects.bulk_create(
            AllianceMember(
                alliance=alliance,
                enterprise=firm,
                valid_from=since,
                valid_to=as_of - timedelta(days=30) if n and n % 9 == 0 else None,  # some have left again
            )
            for n, firm in enumerate(members[:FIRMS_OF_AN_ALLIANCE])
        )


def _deputies(town: Town, random: Random, as_of: date) -> None:
    """Some are away this week, and in the whole city one who stands in for another is away, too."""
    places = [(code, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD) for code in AWAY]
    if town.cast.every_role:
        places += [(code, Role.DEPARTMENT_LIAISON, Role.HANDLER) for code in LIAISONS_AWAY]
    rows = []
    for code, away, there in places:
        department = town.departments[code]
        post, deputy = town.post(department, away), town.post(department, there)
        rows.append(_deputy(post, post.user, deputy.user, random, as_of))
        if code == LIAISONS_AWAY[0]:
            rows.append(_deputy(post, deputy.user, town.post(department, there, 1).user, random, as_of))
    Deputy.objects.bulk_create(rows)


def _deputy(post: Membership, principal: User, deputy: User, random: Random, as_of: date) -> Deputy:
    begins = as_of - timedelta(days=random.randrange(1, 4))
    return Deputy(
        membership=post,
        principal=principal,
        deputy=deputy,
        valid_from=begins,
        valid_to=as_of + timedelta(days=random.randrange(5, 12)),
        reason=random.choice(REASONS),
        named_by=principal,
        named_at=datetime.combine(begins - timedelta(days=1), time(16, 30), ZONE),
    )


def _changes_of_posts(town: Town, as_of: date) -> None:
    """Some heads have a predecessor who left, and some handlers worked in another department until last year."""
    users, posts = [], []
    for user, held in (*_left(town), *_moved(town, as_of)):
        users.append(user)
        posts += held
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(posts)


def _left(town: Town) -> Iterator[tuple[User, list[Membership]]]:
    for line in town.cast.departments[::LEFT_EVERY]:
        department = town.departments[line.code]
        until = town.since - timedelta(days=1)
        user = town.somebody(f"{line.code}-qr")
        user.is_active, user.left_on, user.password = False, until, make_password(None)
        yield user, [_post(user, department, Role.DEPARTMENT_HEAD, town.since - timedelta(days=900), until)]


def _moved(town: Town, as_of: date) -> Iterator[tuple[User, list[Membership]]]:
    codes = [line.code for line in town.cast.departments]
    for n in range(MOVED):
        before, after = town.departments[codes[n]], town.departments[codes[n + MOVED]]
        user, moved_on = town.somebody(f"{codes[n + MOVED]}-cb3"), as_of - timedelta(days=40 + 30 * n)
        yield (
            user,
            [
                _post(user, before, Role.HANDLER, town.since, moved_on - timedelta(days=1)),
                _post(user, after, Role.HANDLER, moved_on, None),
            ],
        )


def _post(user: User, place: Organisation, role: Role, begins: date, ends: date | None) -> Membership:
    return Membership(user=user, organisation_id=place.pk, role=role, source=SOURCE, valid_from=begins, valid_to=ends)
