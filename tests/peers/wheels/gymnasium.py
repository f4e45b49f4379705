import warnings; warnings.filterwarnings("ignore")
import gymnasium as gym, numpy as np
from gymnasium import spaces
for name in ("CartPole-v1", "MountainCar-v0", "Pendulum-v1", "FrozenLake-v1", "Taxi-v4", "CliffWalking-v1", "Blackjack-v1", "Acrobot-v1"):
    try: e = gym.make(name)
    except gym.error.Error as x: print(name, type(x).__name__); continue
    o, i = e.reset(seed=3); e.action_space.seed(3); total = 0.0
    for _ in range(50):
        o, r, done, cut, i = e.step(e.action_space.sample()); total += r
        if done or cut: o, i = e.reset()
    print(name, np.asarray(o, float), float(total))
class Walk(gym.Env):
    observation_space, action_space = spaces.Discrete(5), spaces.Discrete(2)
    def reset(self, *, seed=None, options=None): super().reset(seed=seed); self.at = 2; return self.at, {}
    def step(self, a): self.at += 2 * a - 1; return self.at, float(self.at == 4), self.at in (0, 4), False, {}
from gymnasium.utils.env_checker import check_env
check_env(Walk()); v = gym.vector.SyncVectorEnv([Walk] * 3); print(v.reset(seed=1)[0], v.step(np.array([0, 1, 1]))[0], spaces.Box(0, 1, (2,), seed=5).sample(), spaces.flatdim(spaces.Dict(a=spaces.Discrete(3), b=spaces.MultiBinary(2))))
e = gym.make("CartPole-v1", render_mode="rgb_array")
try: e.reset(); e.render(); print("rendered")
except gym.error.DependencyNotInstalled as x: print("no pygame")
