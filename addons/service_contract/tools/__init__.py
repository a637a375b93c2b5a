from .cover import Answer, Question, Share
