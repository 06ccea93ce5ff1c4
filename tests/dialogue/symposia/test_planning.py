"""A meeting from the call for topics to the answers of those invited."""

from tests.factories import Town
from tests.meetings import meeting_in


def test_smoke(town: Town, clock) -> None:
    for state in ("COLLECTING", "CANCELLED"):
        assert meeting_in(state, town=town).state == state
    meeting = meeting_in("NOTIFIED", town=town, answered=True)
    assert meeting.state == "NOTIFIED"
    print(
        [
            (p.organisation.name, p.part, p.answer, [(a.name, a.user_id) for a in p.people.all()])
            for p in meeting.participants.all()
        ]
    )
    print([(t.title, t.position, t.firm_shown, t.source) for t in meeting.topics.all()])
    from documents.models import Document

    print([(d.number, d.title, d.audience) for d in Document.objects.all()])
