"""Looks, from inside a student's kernel, at what the tests there stand on. Its source is sent as a cell."""


def fingerprint(names):
    """What the functions are that tests and their execution rest on, as a dictionary of names and short texts.

    Keys are of four kinds: `function: ...` (its type, home and a digest of its code), `hook: ...` (something called
    by itself, and where it was written), `trace: ...`, and `shadow: ...` (a name of Python's among the notebook's own
    `names`). It uses nothing of the notebook's own names.
    """
    import builtins
    import hashlib
    import importlib
    import sys
    import types

    def code_of(thing):
        code = getattr(getattr(thing, "__func__", thing), "__code__", None)
        return code if isinstance(code, types.CodeType) else None

    def text(constant):
        # The order of a set differs from process to process.
        return repr(sorted(map(repr, constant))) if isinstance(constant, frozenset) else repr(constant)

    def parts(code):
        constants = [parts(c) if isinstance(c, types.CodeType) else text(c) for c in code.co_consts]
        return f"{code.co_code.hex()} {code.co_names} {code.co_varnames} {constants}"

    def told(thing):
        text = f"{type(thing).__name__} {getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', '')}"
        code = code_of(thing)
        return text if code is None else f"{text} {hashlib.sha256(parts(code).encode()).hexdigest()[:16]}"

    def written(thing):
        known = thing if hasattr(thing, "__qualname__") else type(thing)
        home, name = getattr(known, "__module__", None), getattr(known, "__qualname__", "?")
        code = code_of(thing)
        # The launcher's file stands for __main__, and a notebook's names live there.
        file = "the notebook" if home == "__main__" else getattr(sys.modules.get(home), "__file__", "built in")
        return f"{home}.{name} from {code.co_filename if code else file}"

    found = {}
    for name, thing in vars(builtins).items():
        if callable(thing) and name not in ("_", "get_ipython", "display", "exit", "quit", "copyright", "credits"):
            found[f"function: builtins.{name}"] = told(thing)
    watched = ("numpy", "numpy.testing", "math", "json", "unittest.case.TestCase", "operator")
    watched += ("IPython.core.interactiveshell.InteractiveShell", "ipykernel.ipkernel.IPythonKernel")
    watched += (
        "ipykernel.zmqshell.ZMQInteractiveShell",
        "ipykernel.kernelbase.Kernel",
        "jupyter_client.session.Session",
    )
    for path in watched:
        try:
            holder = importlib.import_module(path)
        except ImportError:
            home, _, name = path.rpartition(".")
            holder = getattr(importlib.import_module(home), name)
        for name, thing in vars(holder).items():
            if callable(thing) and not name.startswith("__"):
                found[f"function: {path}.{name}"] = told(thing)
    shell = sys.modules["IPython"].get_ipython()
    for name, thing in vars(shell).items():
        if callable(thing) and hasattr(type(shell), name) and not isinstance(thing, type):
            found[f"hook: shell.{name}"] = written(thing)
    hooks = {"meta_path": sys.meta_path, "path_hooks": sys.path_hooks, "ast_transformers": shell.ast_transformers}
    hooks["input_transformers"] = [*shell.input_transformers_cleanup, *shell.input_transformers_post]
    hooks["custom_exceptions"] = list(shell.custom_exceptions)
    hooks |= {f"event {event}": called for event, called in shell.events.callbacks.items()}
    for kind, things in hooks.items():
        for thing in things:
            found[f"hook: {kind} {written(thing)}"] = "here"
    found["trace: sys.settrace"] = str(sys.gettrace())
    found["trace: sys.setprofile"] = str(sys.getprofile())
    found["trace: sys.excepthook"] = written(sys.excepthook)
    own = ("get_ipython", "exit", "quit", "open", "_", "__name__", "__doc__", "__spec__", "__loader__", "__package__")
    found |= {f"shadow: {name}": "here" for name in vars(builtins) if name in names and name not in own}
    return found
