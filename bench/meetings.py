"""A town's meetings by the thousand, written by SQL: rows that pages read, without a ledger that holds.

As many a month whatever their number: what grows is the archive. Each has twenty organisations and, once its minutes
are out, ten items with a demand each; three large ones stand beside, with 200 organisations and 60 topics.

python -m bench.meetings COUNT        with DATABASE_URL and the product's settings
"""

import json
import os
import sys
import time
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench.town import Histories, Town
from cases.demands.enums import CaseState
from cases.demands.models import Case
from dialogue.symposia.enums import MeetingState
from dialogue.symposia.models import ActionItem, Meeting
from foundation.canonical import canonical
from parties.models import Membership, Office
from parties.roles import Role
from workflow.bulk import load

A_MONTH = 240  # meetings of the whole town
LEADERS = 6  # of the city, and of each banner one
TABLES = {
    "meetings": "symposia_meeting",
    "organisations in them": "symposia_participant",
    "people": "symposia_attendee",
    "topics": "symposia_topic",
    "items": "symposia_actionitem",
    "documents": "documents_document",
    "events": "workflow_event",
}

# Whatever is not said has the same words everywhere.
MEETINGS = """
insert into symposia_meeting (head_seq, head_hash, head_at, pending_proposal, public_id, state, kind, title, purpose,
    office_id, district_id, opened_by_id, starts_at, ends_at, place, host_id, host_org_id, host_role, host_post,
    recorder, topics_until, firms_until, answer_until, comments_until, opened_at, notified_at, short_notice, held_at,
    issued_at, closed_at, version, commented_version, approved_sha256, minutes_number, correction_reason,
    items_numbered, turn_org_id, turn_role, next_clock, next_due_at, next_since, next_days)
select 6, '', starts_at, '', gen_random_uuid(), state, (array['SYMPOSIUM', 'PROGRESS', 'JOINT', 'TALK'])[1 + n % 4],
    subject || '专题会议第' || n || '次', '听取企业意见，逐项议定办法。', office, district, desk, starts_at,
    starts_at + interval '2 hours', '市政务服务中心三楼第二会议室', host, host_org, 'LEADER', '副市长', '郑莉',
    (starts_at - interval '14 days')::date, (starts_at - interval '10 days')::date,
    case when told then (starts_at - interval '2 days')::date end,
    case when state = 'COMMENTING' then (now() + interval '2 days')::date end,
    starts_at - interval '20 days', case when told then starts_at - interval '7 days' end, '',
    case when held then starts_at + interval '2 hours' end, case when issued then starts_at + interval '5 days' end,
    case when state = 'CLOSED' then starts_at + interval '60 days' end, case when issued then 1 else 0 end,
    case when issued or state = 'COMMENTING' then 1 else 0 end, '',
    case when issued then '市政商座谈会议纪要〔' || extract(year from starts_at) || '〕' || n || '号' else '' end,
    '', case when issued then 10 else 0 end, case when open then office end,
    case when open then 'ORGANISER' else '' end, case when open and held then 'MINUTES' else '' end,
    case when open then starts_at + interval '7 days' end, case when open and held then starts_at end,
    case when open and held then 5 end
from (
    select *, state not in ('COLLECTING') as told, state not in ('COLLECTING', 'NOTIFIED', 'CANCELLED') as held,
        state in ('ISSUED', 'CLOSED') as issued,
        state not in ('ISSUED', 'CLOSED', 'CANCELLED') as open
    from (
        select n, o.*, starts_at,
            (array['用电增容', '用地报批', '环评审批', '消防验收', '人才政策'])[1 + n % 5] as subject,
            case when starts_at > now() + interval '8 days' then 'COLLECTING' when starts_at > now() then 'NOTIFIED'
                 when starts_at > now() - interval '2 days' then 'HELD'
                 when starts_at > now() - interval '4 days' then 'DRAFTING'
                 when starts_at > now() - interval '7 days' then 'COMMENTING'
                 when starts_at > now() - interval '60 days' then 'ISSUED' else 'CLOSED' end as state
        from (select n, now() + interval '25 days' - ({count} - n) * interval '30 days' / {a_month} as starts_at
              from generate_series(1, {count}) n) t
        join bench_office o on o.place = case when n %% 10 < 3 then 0 else n %% {offices} end
    ) dated
) told
order by n
"""
PARTICIPANTS = """
insert into symposia_participant (public_id, meeting_id, organisation_id, part, reason, added_at, answer, answer_note,
    answered_at, commented_version, next_due_at)
select gen_random_uuid(), id, org, part, '', opened_at, answer, '', case when answer <> 'WAITING' then notified_at end,
    version, case when state = 'NOTIFIED' and answer = 'WAITING' or state = 'COMMENTING' and part <> 'HOST'
             then now() + interval '1 day' end
from (
    select m.*, k, case when k = 0 then m.host_org_id
             when k < 10 then (%(departments)s::bigint[])[1 + (m.id + k * 7) %% %(bureaus)s]
             else (%(firms)s::bigint[])[1 + (m.id * 13 + k * 79) %% %(companies)s] end as org,
           case when k = 0 then 'HOST' when k < 10 then 'DEPARTMENT' else 'FIRM' end as part,
           case when state in ('COLLECTING', 'CANCELLED') or state = 'NOTIFIED' and k %% 2 = 1 then 'WAITING'
                else 'COMES' end as answer
    from symposia_meeting m, generate_series(0, 199) k where k < 20 or m.id = any(%(large)s)
    order by m.id, k
) asked
"""
PEOPLE = """
insert into symposia_attendee (public_id, meeting_id, participant_id, name, post, capacity, unexpected, presence,
    reason, signed_at, signed_by)
select gen_random_uuid(), meeting_id, id, '参会' || id || which, '副局长', 'ATTENDS', false, presence,
    case when presence = 'EXCUSED' then '出差' else '' end, case when presence = 'PRESENT' then held_at end,
    case when presence = 'PRESENT' then 'HAND' else '' end
from (select p.id, p.meeting_id, m.held_at, which, case when m.held_at is null then 'EXPECTED'
             when p.id %% 10 = 1 then 'EXCUSED' when p.id %% 10 = 2 then 'ABSENT' else 'PRESENT' end as presence
      from symposia_participant p join symposia_meeting m on m.id = p.meeting_id
      cross join lateral unnest(case when m.id = any(%(large)s) then array['', '乙', '丙'] else array[''] end) which
      where p.answer = 'COMES') there
"""
TOPICS_OF = """
insert into symposia_topic (public_id, meeting_id, source, state, enterprise_id, firm_shown, lead_id, title, text,
    proposed_for_id, proposed_at, reason, decided_at, position)
select gen_random_uuid(), m.id, 'FIRM', case when chosen then 'CHOSEN' else 'PROPOSED' end, f.id, f.name,
    (%(departments)s::bigint[])[1 + (m.id + k * 7) %% %(bureaus)s], '第' || k || '项议题：二期用电增容',
    '增容三个月没有答复，请协调。', f.id, m.opened_at, case when chosen then '多家企业反映' else '' end,
    case when chosen then m.opened_at end, case when chosen then k end
from symposia_meeting m cross join lateral generate_series(1, case when m.id = any(%(large)s) then 61 else 5 end) k
    cross join lateral (select m.state <> 'COLLECTING' and k < case when m.id = any(%(large)s) then 61 else 5 end
                        as chosen) c
    join parties_organisation f on f.id = (%(firms)s::bigint[])[1 + (m.id * 13 + (k + 9) * 79) %% %(companies)s]
order by m.id, k
"""
ITEMS = """
insert into symposia_actionitem (public_id, meeting_id, topic_id, number, position, words, lead_id, person, due_on,
    enterprise_id, case_id, tied, issued_in, removed_in, next_due_at)
select c.origin_key::uuid, g.meeting, t.id, g.k, 1 + g.k / 4, g.subject || '任务' || g.k || '：完成规划条件复核',
    c.lead_id, '赵喆', (g.starts_at + interval '30 days')::date, c.enterprise_id, c.id, false, 1, null,
    case when c.turn_org_id is not null then now() + interval '3 days' end
from bench_item g join demands_case c on c.origin_key = g.key::text and c.origin = 'ACTION_ITEM'
    join symposia_topic t on t.meeting_id = g.meeting and t.position = 1 + g.k %% 4
order by g.n
"""
OTHERS = """
insert into symposia_actionitem_others (actionitem_id, department_id)
select id, (%(departments)s::bigint[])[1 + (array_position(%(departments)s::bigint[], lead_id) + 6) %% %(bureaus)s]
from symposia_actionitem
"""
EVENTS = """
with written as (
    insert into workflow_event (v, subject_kind, subject_id, seq, prev, digest, at, effective_at, action, from_state,
        to_state, actor, user_id, policy, calendar, facts, payload_sha256)
    select 1, 'meeting', m.id, k, '', repeat('0', 64), m.opened_at + k * interval '1 day',
        m.opened_at + k * interval '1 day',
        (array['open_meeting', 'choose_topic', 'invite', 'send_notice', 'record_attendance', 'hold_meeting'])[k],
        '', '',
        %(actor)s, m.opened_by_id, '', '', '{"clocks": []}', repeat('0', 64)
    from symposia_meeting m, generate_series(1, 6) k returning id
) insert into workflow_eventbody (event_id, text) select id, '{"text": "已办理", "note": ""}' from written
"""
JOBS = """
insert into foundation_job (public_id, kind, title, owner_id, state, done, total, message, created_at, finished_at)
select gen_random_uuid(), 'document', m.id || ' ' || k, m.opened_by_id, 'DONE', 1, 1, '', m.opened_at, m.opened_at
from symposia_meeting m, generate_series(1, 3) k where m.notified_at is not null and (k < 3 or m.version > 0)
"""
DOCUMENTS = """
insert into documents_document (public_id, kind, series, prefix, year, sequence, version, number, title, issuer,
    office_id, subject_kind, subject_id, audience, content, content_sha256, code, issued_on, issued_at, issued_as,
    status, status_reason, job_id, file_sha256, signer)
select gen_random_uuid(), case when k = '3' then 'MINUTES' else 'NOTICE' end, 'S' || k, '', 2026, m.id, 1,
    m.id || '号', m.title, '市领导办公室', m.office_id, 'meeting', m.id, case when k = '2' then 'FIRMS' else '' end,
    repeat('纪要', 1500), repeat('0', 64), substr(md5(j.id::text), 1, 32), m.starts_at::date, m.starts_at, '', 'VALID',
    '', j.id, '', ''
from foundation_job j join symposia_meeting m on m.id = split_part(j.title, ' ', 1)::bigint,
    lateral (select split_part(j.title, ' ', 2) as k) which where j.kind = 'document'
"""
GIVEN = """
create table bench_item as
select row_number() over (order by m.id, k) as n, m.id as meeting, k, gen_random_uuid() as key, m.starts_at,
    m.district_id,
    split_part(m.title, '专题', 1) as subject, not (m.state = 'ISSUED' and k %% 3 = 0) as closed,
    (%(departments)s::bigint[])[1 + (m.id + k %% 9 * 7) %% %(bureaus)s] as lead,
    (%(firms)s::bigint[])[1 + (m.id * 13 + (k + 9) * 79) %% %(companies)s] as firm
from symposia_meeting m cross join lateral generate_series(1, case when m.id = any(%(large)s) then 60 else 10 end) k
where m.version > 0
"""
SECTIONS = """
insert into symposia_section (public_id, meeting_id, topic_id, position, text, seq, "window")
select gen_random_uuid(), id, null, 0, '会议于今日召开。现将会议议定事项纪要如下：', 1, ''
from symposia_meeting where id = any(%(large)s) and state = 'DRAFTING'
union all
select gen_random_uuid(), m.id, t.id, t.position,
    '市自然资源局介绍了进展。\n【议定】同意分期供地。\n【任务' || t.position
    || '】完成规划条件复核｜牵头：' || d.name || '｜责任人：赵喆｜期限：2027-12-15', 1, ''
from symposia_meeting m join symposia_topic t on t.meeting_id = m.id and t.position is not null
    join parties_organisation d on d.id = t.lead_id where m.id = any(%(large)s) and m.state = 'DRAFTING'
"""
# What an item's demand has of its own; the rest is that of a demand in the same state.
CASE = {
    "public_id": "gen_random_uuid()",
    "number": "'X' || g.n",
    "alias": "'X' || g.n",
    "origin": "'ACTION_ITEM'",
    "origin_key": "g.key::text",
    "enterprise_id": "g.firm",
    "lead_id": "g.lead",
    "first_lead_id": "g.lead",
    "turn_org_id": "case when g.closed then null else g.lead end",
    "confirmation": "case when not g.closed then '' when g.n % 12 = 0 then 'UNSOLVED' else 'SOLVED' end",
    "next_due_at": "case when g.closed then null else now() + g.n % 30 * interval '1 day' end",
}


def main(count: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    town = Town.build()
    offices = _leaders(town)
    demands = Histories(town, seed=1, now=timezone.now())
    lead = town.departments[0]
    load(
        demands.demand(state, start=timezone.now() - timedelta(days=days), lead=lead)
        for state, days in ((CaseState.ARCHIVED, 120), (CaseState.IN_PROGRESS, 12))
    )
    names = {
        "departments": [one.pk for one in town.departments],
        "firms": [one.pk for one in town.firms],
        "bureaus": len(town.departments),
        "companies": len(town.firms),
    }
    (city, desk), *_others = offices
    with connection.cursor() as cursor:
        cursor.execute(
            "create table bench_office (place int, office bigint, district varchar(12), desk bigint, host bigint,"
            " host_org bigint)"
        )
        cursor.executemany("insert into bench_office values (%s, %s, %s, %s, %s, %s)", [row for row, _post in offices])
        cursor.execute(MEETINGS.format(offices=len(offices), count=count, a_month=A_MONTH).replace("%%", "%"))
        large = _large(city[1])
        names["large"] = list(large.values())
        for statement in (PARTICIPANTS, PEOPLE, TOPICS_OF, GIVEN):
            cursor.execute(statement, names)
        _cases(cursor)
        for statement in (ITEMS, OTHERS, SECTIONS):
            cursor.execute(statement, names)
        cursor.execute(EVENTS, {"actor": canonical(town.records[desk.pk])})
        cursor.execute(JOBS)
        cursor.execute(DOCUMENTS)
        cursor.execute("vacuum analyze")
    keys = dict(Meeting.objects.in_bulk(names["large"]))
    item = ActionItem.objects.filter(meeting=large["ISSUED"]).latest("pk")
    return {
        "seconds": time.perf_counter() - began,
        "rows": {name: _number(table) for name, table in TABLES.items()},
        "meetings": {state: str(keys[pk].public_id) for state, pk in large.items()},
        "item": str(item.public_id),
        "office": str(Office.objects.get(pk=city[1]).public_id),
        "desk": desk.pk,
        "leader": town.at(city[1], Role.LEADER).pk,
        "platform": town.at(town.offices[town.districts[2].pk].pk, Role.DISPATCHER).pk,
        "liaison": town.at(lead.pk, Role.DEPARTMENT_LIAISON).pk,
        "firm": town.at(town.firms[0].pk, Role.ENTERPRISE_STAFF).pk,
    }


def _leaders(town: Town) -> list[tuple[tuple[Any, ...], Membership]]:
    """Every office that holds meetings, the city's leaders first: its row, and who sits at its desk."""
    staffed = []
    for place in town.districts:
        leaders = Office.objects.create(
            name=f"{place.name}领导办公室", district=place, serves=place, office_kind=Office.OfficeKind.LEADER
        )
        many = LEADERS if place is town.districts[0] else 1
        town._staff([(leaders, (Role.LEADER_OFFICE, *[Role.LEADER] * many))])
        host = town.at(leaders.pk, Role.LEADER)
        for office, role in ((leaders, Role.LEADER_OFFICE), (town.offices[place.pk], Role.DISPATCHER)):
            desk = town.at(office.pk, role)
            row = (len(staffed), office.pk, place.pk, desk.user_id, host.user_id, leaders.pk)
            staffed.append((row, desk))
    return staffed


def _large(office: int) -> dict[str, int]:
    """The meetings that become large, by state: one to come, one whose minutes are written, one that was issued."""
    found = Meeting.objects.filter(office_id=office).order_by("starts_at")
    states = (MeetingState.NOTIFIED, MeetingState.DRAFTING, MeetingState.ISSUED)
    return {str(state): found.filter(state=state).values_list("pk", flat=True)[0] for state in states}


def _cases(cursor: Any) -> None:
    """A demand for every item, like the one that was told in its state."""
    columns = [field.column for field in Case._meta.concrete_fields if not field.primary_key]
    values = ", ".join(CASE.get(column, f'c."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f"insert into demands_case ({names}) select {values} from bench_item g"
        " join demands_case c on c.origin = 'ENTERPRISE' and (c.closed_at is not null) = g.closed order by g.n"
    )


def _number(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
