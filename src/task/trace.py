"""Counts the calls of functions and the time in them, which passes with the fuel.

`sys.monitoring` reports the start of every function once; from then on, only of those asked for.
"""

from time import perf_counter_ns as now

monitoring = sys.monitoring
events = monitoring.events
# Not one of those that CPython names for a debugger, a profiler and the like.
TOOL = 4
LOCAL = (
    events.PY_START
    | events.PY_RETURN
    | events.PY_UNWIND
    | events.PY_YIELD
    | events.PY_RESUME
    | events.PY_THROW
)


class Watched:
    """A function: `depth` of its frames run, the outermost since `since`."""

    def __init__(self):
        self.calls = self.depth = self.since = self.spent = 0
        self.callers = set()


watched = {(each["file"], each["name"]): Watched() for each in SPEC["functions"]}
names = {name for _, name in watched}
# By the identity of a code object, whose hash is that of all its bytes.
by_code = {}
codes = []
# The functions whose frames run, the innermost last.
running = []


def start(code, _):
    found = by_code.get(id(code))
    if found is None:
        # Nested functions are named as tasks name them.
        name = code.co_qualname.replace("<locals>.", "")
        found = watched.get((place(code.co_filename), name)) if name in names else None
        if found is None:
            return monitoring.DISABLE
        by_code[id(code)] = found
        # Kept, so that its identity stays its own.
        codes.append(code)
        monitoring.set_local_events(TOOL, code, LOCAL)
    found.calls += 1
    if running and running[-1] is not found:
        found.callers.add(running[-1])
    enter(found)


def enter(found):
    if found.depth == 0:
        found.since = now()
    found.depth += 1
    running.append(found)


def resume(code, *_):
    enter(by_code[id(code)])


def leave(code, *_):
    found = by_code[id(code)]
    found.depth -= 1
    # Threads may leave in another order than they came.
    if running[-1] is found:
        running.pop()
    else:
        running.remove(found)
    if found.depth == 0:
        found.spent += now() - found.since


def traced():
    ended = now()
    numbers = {each: number for number, each in enumerate(watched.values())}
    return {
        "lasted": ended - began,
        "functions": [
            {
                "calls": each.calls,
                # What still runs: the program ended within it.
                "spent": each.spent + (ended - each.since if each.depth else 0),
                "callers": sorted(numbers[caller] for caller in each.callers),
            }
            for each in watched.values()
        ],
    }


monitoring.use_tool_id(TOOL, "autoexp")
for event, callback in [
    (events.PY_START, start),
    (events.PY_RESUME, resume),
    (events.PY_THROW, resume),
    (events.PY_RETURN, leave),
    (events.PY_UNWIND, leave),
    (events.PY_YIELD, leave),
]:
    monitoring.register_callback(TOOL, event, callback)
monitoring.set_events(TOOL, events.PY_START)
began = now()
run_experiment(traced)
