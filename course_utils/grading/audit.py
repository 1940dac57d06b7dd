"""Keeps a student's code from looking into the frames of the tests that call it. Its source is sent as a cell."""


def install():
    """Make the interpreter refuse the notebook's own code what leads from a function to its caller.

    An audit hook cannot be taken off again (PEP 578). Library code may go on to use frames, for tracebacks; what no
    library needs here is refused to all.
    """
    import os
    import sys
    import threading

    # Bound now: what they are called later, the notebook may change.
    get_frame, ident, error = sys._getframe, threading.get_ident, RuntimeError
    base, starts = os.path.basename, tuple({sys.prefix, sys.base_prefix, "<frozen"})
    never = {"sys._current_frames", "sys.settrace", "sys.setprofile", "gc.get_objects", "gc.get_referrers"}
    attributes = {"tb_frame", "gi_frame", "cr_frame", "ag_frame", "f_back", "f_code"}
    # Functions that hand frames, or what stands in them, on to whoever called them.
    hands_on = {"inspect.py", "traceback.py"}
    busy = set()

    def by_notebook(stack):
        frame = get_frame(2)
        if frame is not None and base(frame.f_code.co_filename) in hands_on:
            frame = frame.f_back
            while stack and frame is not None and base(frame.f_code.co_filename) in hands_on:
                frame = frame.f_back
        return frame is not None and not frame.f_code.co_filename.startswith(starts)

    def hook(event, arguments):
        looks = event == "sys._getframe" or (event == "object.__getattr__" and arguments[1] in attributes)
        if not looks and event not in never and not event.startswith("ctypes."):
            return
        me = ident()
        if me in busy:
            return
        busy.add(me)
        try:
            refused = event in never or by_notebook(event == "sys._getframe")
        finally:
            busy.discard(me)
        if refused:
            raise error(f"While marks are given, notebooks may not look into the interpreter ({event}).")

    sys.addaudithook(hook)
