"""The minutes are begun."""

from django.db import transaction

from dialogue.symposia.drafting import revision_of
from dialogue.symposia.enums import TopicState
from dialogue.symposia.models import Meeting, Revision, Section
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.door import move

NOON = 12


def start_minutes(meeting_id: int, *, by: Actor, seen: int | None) -> Meeting:
    """A section stands for the opening, with a sentence to begin with, and one for each topic of the agenda."""
    with transaction.atomic():
        meeting = move(Meeting, meeting_id, "start_minutes", by=by, seen=seen, say="开始起草纪要")
        topics = list(meeting.topics.filter(state=TopicState.CHOSEN).order_by("position"))
        wanted = [Section(meeting=meeting, position=0, text=_opening(meeting))]
        wanted += [Section(meeting=meeting, topic=topic, position=at) for at, topic in enumerate(topics, start=1)]
        sections = Section.objects.bulk_create(wanted)
        Revision.objects.bulk_create(revision_of(one, meeting, one.text, by=by) for one in sections)
    return meeting


def _opening(meeting: Meeting) -> str:
    """The sentence with which minutes begin, as far as the meeting knows it."""
    starts = meeting.starts_at.astimezone(ZONE)
    day = f"{starts.year}年{starts.month}月{starts.day}日{'上午' if starts.hour < NOON else '下午'}"
    where = f"在{meeting.place}" if meeting.place else ""
    return (
        f"{day}，{meeting.host_post}{meeting.host.name}{where}主持召开{meeting.title}，"
        "听取有关企业和部门的情况汇报，逐项研究办理意见。现将会议议定事项纪要如下："
    )
