"""What is said at the meetings of the demonstration, one file a meeting or two. Pure."""

from config.demo.meeting_texts.business_climate import BUSINESS_CLIMATE
from config.demo.meeting_texts.coming import SMALL_FIRMS, TALENT, YEAR_END
from config.demo.meeting_texts.food import FOOD
from config.demo.meeting_texts.joint_conference import JOINT_CONFERENCE
from config.demo.meeting_texts.machines import MACHINES
from config.demo.meeting_texts.routine import routine
from config.demo.meeting_texts.shape import ItemFate, MeetingText, Remark, TopicText, told
from config.demo.meeting_texts.transport import TRANSPORT
from config.demo.meeting_texts.winter_energy import WINTER_ENERGY

PAST = (WINTER_ENERGY, BUSINESS_CLIMATE, FOOD, JOINT_CONFERENCE, MACHINES, TRANSPORT)
UNDER_WAY = (TALENT, YEAR_END, SMALL_FIRMS)

__all__ = ["PAST", "UNDER_WAY", "ItemFate", "MeetingText", "Remark", "TopicText", "routine", "told"]
