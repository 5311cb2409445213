"""Floor 2: feed bytes out. RSS 2.0, Atom 1.0 and JSON Feed 1.1 from one model.

    articles --build_feeds--> feeds --render_documents--> documents --write_feeds--> files

`formats.py` is the table of formats: a new one is a module of the same shape and one line there.
"""
