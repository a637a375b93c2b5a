from .cover import Answer, Question, Share
from .limit import Use, limit_period
