import pandas as pd, numpy as np
frame = pd.DataFrame({'k': list('abcab'), 'x': [1.5, 2, np.nan, 4, 5], 't': pd.date_range('2024-01-30', periods=5)})
print(frame.describe(), frame.groupby('k').x.agg(['mean', 'std']), frame.to_csv(), sep='\n')
frame.to_csv('frame.csv')
print(pd.read_csv('frame.csv').dtypes, pd.Timestamp.now())
