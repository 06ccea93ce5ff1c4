def fill_archive(*a, **k): raise NotImplementedError
