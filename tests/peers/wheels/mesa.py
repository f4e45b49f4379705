import warnings; warnings.filterwarnings("ignore")
import mesa
class A(mesa.Agent):
    def __init__(self, model): super().__init__(model); self.w = 1
    def step(self):
        if self.w: o = self.random.choice(list(self.model.agents)); o.w += 1; self.w -= 1
class M(mesa.Model):
    def __init__(self, n, seed): super().__init__(rng=seed); A.create_agents(self, n); self.dc = mesa.DataCollector({"max": lambda m: max(a.w for a in m.agents)}, {"w": "w"})
    def step(self): self.agents.shuffle_do("step"); self.dc.collect(self)
m = M(20, 42); [m.step() for _ in range(10)]; d = m.dc.get_model_vars_dataframe(); print(d["max"].tolist(), sum(a.w for a in m.agents), m.dc.get_agent_vars_dataframe().shape)
