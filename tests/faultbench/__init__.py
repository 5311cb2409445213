"""faultbench: the promise of delivery, put to the proof.

`python -m tests.faultbench` (or `./dev faultbench`) sends one issue to thousands of readers through a relay that
fails in every way a relay can, while the sender is killed, stopped and asked to end, and readers leave and are
erased. Then it compares three records that know nothing of each other: what the relay wrote down before it answered,
the database, and a log of every change of a row. How and why: docs/notes/faultbench.md.

    plan.py         what a run is: sizes, kills, faults, seed
    audience.py     the readers and what the relay has in store for each
    cells.py        where a relay can fail, and how: (stage x kind)
    fault_plans.py  which fault comes when, from the seed
    sink.py         the relay; conversation.py its side of SMTP, answers.py its ways to fail, journal.py its diary
    event_log.py    every change of a delivery or a subscription, written by triggers
    child.py        the sender: a real newsroom, forked, with what the harness changes from outside
    crash_points.py the named places where a sender kills itself; mutants.py the defects it can be given
    scene.py        one run's folder, database and relay; crew.py its senders; killer.py what happens to them
    leaving.py      readers who leave and are erased in the middle
    evidence.py     what is left afterwards; oracles.py what must be true of it
    run.py          all of it together; disk.py and mutation.py special runs; report.py the JSON
"""
