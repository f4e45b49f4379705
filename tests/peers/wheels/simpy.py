import simpy, random
def customer(env, name, desk, log):
    arrived = env.now
    with desk.request() as r:
        got = yield r | env.timeout(3)
        if r not in got: log.append((name, "left", env.now)); return
        yield env.timeout(random.expovariate(0.5)); log.append((name, round(env.now - arrived, 6)))
def source(env, desk, log):
    for n in range(8): env.process(customer(env, n, desk, log)); yield env.timeout(random.expovariate(0.8))
random.seed(4); env, log = simpy.Environment(), []; desk = simpy.Resource(env, 1); env.process(source(env, desk, log)); env.run(); print(log, env.now)
def broken(env):
    try: yield env.timeout(10)
    except simpy.Interrupt as i: print("interrupted", i.cause, env.now)
env = simpy.Environment(); p = env.process(broken(env)); env.process((lambda e: (yield e.timeout(2)) or p.interrupt("why"))(env)); env.run(); s = simpy.Store(env, 2); print(s.put(1).triggered, len(s.items))
