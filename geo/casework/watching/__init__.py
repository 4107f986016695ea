"""Watches: who wants to know what happens on which ground, and what happened there.

``collecting`` makes events from what the register, the casework and activity recorded, each once,
in the order of revisions; ``matching`` makes an item for every watch that an event meets;
``watches`` keeps them; ``reading`` reads what happened; ``deliveries`` says what is to be sent and
what became of it. Sending itself talks to other machines and lies in ``api.delivery``.
"""
