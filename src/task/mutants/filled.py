def _autoexp_filled(value):
    import copy, dataclasses, enum, numbers, sys, types

    def times(value):
        # What stands for numbers without being one, as the arrays do that autograd traces.
        if hasattr(value, "__mul__") and hasattr(value, "__truediv__"):
            try:
                return value * 0 + NUMBER
            except TypeError:
                pass
        return value

    filled = _autoexp_filled
    numpy, pandas, sparse = map(sys.modules.get, ["numpy", "pandas", "scipy.sparse"])
    if numpy is not None and isinstance(value, (numpy.ndarray, numpy.generic)):
        if value.dtype.kind in "biufcV":
            result = numpy.full_like(value, NUMBER)
            return result[()] if isinstance(value, numpy.generic) else result
        if value.dtype.kind == "O":
            result = value.copy()
            result.flat = [filled(item) for item in value.flat]
            return result
        return value
    if pandas is not None and isinstance(value, pandas.Series):
        return pandas.Series(filled(value.to_numpy()), value.index, name=value.name)
    if pandas is not None and isinstance(value, pandas.DataFrame):
        result = value.copy()
        for place in range(result.shape[1]):
            result.isetitem(place, filled(value.iloc[:, place].to_numpy()))
        return result
    if sparse is not None and sparse.issparse(value):
        result = value.tocsr(copy=True)
        result.data[:] = NUMBER
        return result.asformat(value.format)
    if isinstance(value, enum.Enum):
        return value
    if isinstance(value, numbers.Number):
        return type(value)(NUMBER)
    if isinstance(value, tuple):
        items = [filled(item) for item in value]
        return type(value)._make(items) if hasattr(value, "_make") else tuple(items)
    if isinstance(value, (list, set, frozenset)):
        return type(value)(map(filled, value))
    if isinstance(value, dict):
        result = copy.copy(value)
        result.update((key, filled(item)) for key, item in value.items())
        return result
    if isinstance(value, (types.GeneratorType, map, zip, filter, enumerate)):
        return map(filled, value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
    elif hasattr(value, "__dict__") and not callable(value) and not isinstance(value, types.ModuleType):
        names = list(vars(value))
    else:
        return times(value)
    result = copy.copy(value)
    for name in names:
        object.__setattr__(result, name, filled(getattr(value, name)))
    return result
