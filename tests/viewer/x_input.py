"""A user in front of an X server: pointer and keys through XTest, and what a window manager does to
a window. With libX11 and libXtst as they are installed."""
import ctypes
import time

BUTTON_1 = 1
NORMAL, ICONIC = 1, 3  # of WM_STATE
CLIENT_MESSAGE = 33


def load(name):
    try:
        return ctypes.CDLL(name)
    except OSError:
        return None


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, padded to an XEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong),
                ("message_type", ctypes.c_ulong), ("format", ctypes.c_int),
                ("data", ctypes.c_long * 5), ("pad", ctypes.c_long * 24)]


class XInput:
    X11 = load("libX11.so.6")
    XTST = load("libXtst.so.6")

    @classmethod
    def is_possible(cls):
        return cls.X11 is not None and cls.XTST is not None

    def __init__(self, display):
        x = self.X11
        x.XOpenDisplay.restype = ctypes.c_void_p
        x.XDefaultRootWindow.restype = ctypes.c_ulong
        x.XInternAtom.restype = ctypes.c_ulong
        x.XStringToKeysym.restype = ctypes.c_ulong
        x.XKeysymToKeycode.restype = ctypes.c_ubyte
        self.display = ctypes.c_void_p(x.XOpenDisplay(display.encode()))
        if not self.display:
            raise OSError("no display " + display)
        self.root = ctypes.c_ulong(x.XDefaultRootWindow(self.display))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.X11.XCloseDisplay(self.display)

    def flush(self, seconds=0.08):
        """A person is not faster than a frame."""
        self.X11.XSync(self.display, 0)
        time.sleep(seconds)

    # ---- Pointer and keyboard

    def move(self, x, y):
        self.XTST.XTestFakeMotionEvent(self.display, -1, int(x), int(y), ctypes.c_ulong(0))
        self.flush()

    def click(self, x, y):
        self.move(x, y)
        for down in (1, 0):
            self.XTST.XTestFakeButtonEvent(self.display, BUTTON_1, down, ctypes.c_ulong(0))
            self.flush()

    def key(self, name):
        symbol = ctypes.c_ulong(self.X11.XStringToKeysym(name.encode()))
        code = self.X11.XKeysymToKeycode(self.display, symbol)
        for down in (1, 0):
            self.XTST.XTestFakeKeyEvent(self.display, code, down, ctypes.c_ulong(0))
            self.flush()

    # ---- The desktop

    def set_resources(self, text):
        """What programs that start find of its settings. Lasts while this is connected."""
        kind = self.atom("STRING")
        name = self.atom("RESOURCE_MANAGER")
        data = text.encode()
        self.X11.XChangeProperty(self.display, self.root, name, kind, 8, 0, data, len(data))
        self.flush(0)

    # ---- Windows

    def children(self):
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        found = ctypes.POINTER(ctypes.c_ulong)()
        count = ctypes.c_uint()
        self.X11.XQueryTree(self.display, self.root, ctypes.byref(root), ctypes.byref(parent),
                            ctypes.byref(found), ctypes.byref(count))
        windows = [found[i] for i in range(count.value)]
        if windows:
            self.X11.XFree(found)
        return windows

    def window_named(self, part, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for window in self.children():
                name = ctypes.c_char_p()
                if (self.X11.XFetchName(self.display, ctypes.c_ulong(window), ctypes.byref(name))
                        and part in name.value.decode()):
                    return ctypes.c_ulong(window)
            time.sleep(0.05)
        raise OSError("no window named " + part)

    def atom(self, name):
        return ctypes.c_ulong(self.X11.XInternAtom(self.display, name.encode(), 0))

    def set_state(self, window, state):
        kind = self.atom("WM_STATE")
        values = (ctypes.c_long * 2)(state, 0)
        self.X11.XChangeProperty(self.display, window, kind, kind, 32, 0, values, 2)

    def minimise(self, window):
        self.set_state(window, ICONIC)
        self.X11.XUnmapWindow(self.display, window)
        self.flush()

    def restore(self, window):
        self.X11.XMapWindow(self.display, window)
        self.set_state(window, NORMAL)
        self.flush()

    def close(self, window):
        """As a click on the cross in its frame."""
        event = ClientMessage(type=CLIENT_MESSAGE, window=window.value, format=32,
                              message_type=self.atom("WM_PROTOCOLS").value)
        event.data[0] = self.atom("WM_DELETE_WINDOW").value
        self.X11.XSendEvent(self.display, window, 0, ctypes.c_long(0), ctypes.byref(event))
        self.flush(0)
