import numpy as np, random, networkx as nx
import ndlib.models.ModelConfig as mc, ndlib.models.epidemics as ep
np.random.seed(1); random.seed(1)
m = ep.SIRModel(nx.erdos_renyi_graph(100, 0.1, seed=1), seed=1); c = mc.Configuration(); c.add_model_parameter("beta", 0.05); c.add_model_parameter("gamma", 0.02); c.add_model_parameter("fraction_infected", 0.05); m.set_initial_status(c)
it = m.iteration_bunch(20); print([i["node_count"] for i in it][::5], len(m.build_trends(it)))
