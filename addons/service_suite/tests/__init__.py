from . import test_access_matrix, test_paper, test_story
