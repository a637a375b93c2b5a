from . import subiekt_import
