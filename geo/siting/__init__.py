"""Where an artisanal area could lawfully be, and why: the law on ground, and what it is like.

``ask`` says which carrés, ``ground`` what lies on them, ``sweep`` divides them by what lies on
them, ``states`` asks the law, ``facts`` measures, ``candidates`` and ``ranking`` propose, ``check``
asks the law of a filing about each proposal, ``site`` is the use case.
"""
