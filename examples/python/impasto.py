"""Impasto from Python: its C interface (impasto.h) by ctypes, pictures as NumPy arrays.

    import impasto

    library = impasto.Library()                     # or Library("/path/to/libimpasto.so")
    with library.weights() as weights, library.context() as context:
        with context.session(weights, content, [style], size=512) as session:
            session.run(lambda progress: print(progress.total_iterations, progress.losses.total))
            picture = session.image()

A picture is an array (height, width, 3) or, with alpha, (height, width, 4): uint8, or floats that are
nominally in [0, 1]; sRGB-encoded both. Functions that return one return float32; to_bytes() rounds as
the library does when it saves.

The library is the one that is given, or else the file that IMPASTO_LIBRARY names, or else the one
that the system finds. Every failure is raised as Error, with the library's message. Calls run without
Python's global lock, so a session can run in a thread beside a user interface; cancel() may be called
from any thread.
"""
import contextlib
import ctypes
import ctypes.util
import os
import weakref
from ctypes import POINTER, byref, c_char, c_char_p, c_double, c_float, c_int, c_size_t
from ctypes import c_uint32, c_uint64, c_void_p

import numpy

# ---- The structs of impasto.h, field by field (tests/examples/python_test.py compares them) ----


class Struct(ctypes.Structure):
    """Named as in the header, with the prefix Impasto. struct_size is set where there is one."""

    def __init__(self, **fields):
        super().__init__(**fields)
        if hasattr(self, "struct_size"):
            self.struct_size = ctypes.sizeof(self)


class DeviceInfo(Struct):
    _fields_ = [("struct_size", c_size_t), ("index", c_uint32), ("type", c_int),
                ("name", c_char * 256), ("driver", c_char * 512), ("vulkan_version", c_uint32),
                ("memory_bytes", c_uint64), ("tier", c_char * 64), ("unusable", c_char * 256),
                ("is_default", c_int)]


LOG = ctypes.CFUNCTYPE(None, c_void_p, c_char_p)


class ContextOptions(Struct):
    _fields_ = [("struct_size", c_size_t), ("device", c_char_p), ("host_device", c_void_p),
                ("no_buffer_addresses", c_int), ("log", LOG), ("log_user", c_void_p),
                ("tier", c_char_p), ("memory_budget", c_uint64), ("cache_dir", c_char_p),
                ("retune", c_int), ("precision", c_char_p), ("keep_encoder", c_int),
                ("reserved", c_uint32)]


class WeightsOptions(Struct):
    _fields_ = [("struct_size", c_size_t), ("convention", c_int), ("cache_dir", c_char_p)]


class LayerWeight(Struct):
    _fields_ = [("layer", c_char_p), ("weight", c_float)]


class Objective(Struct):
    _fields_ = [("struct_size", c_size_t), ("content_weight", c_float), ("style_weight", c_float),
                ("tv_weight", c_float), ("content_layers", POINTER(LayerWeight)),
                ("content_layer_count", c_uint32), ("style_layers", POINTER(LayerWeight)),
                ("style_layer_count", c_uint32), ("pooling", c_int), ("padding", c_int),
                ("style_blend", POINTER(c_float)), ("style_blend_count", c_uint32),
                ("reserved", c_uint32), ("reserved_words", c_uint64 * 8)]


class SessionOptions(Struct):
    _fields_ = [("struct_size", c_size_t), ("objective", Objective), ("size", c_uint32),
                ("first_size", c_uint32), ("iterations", POINTER(c_uint32)),
                ("iterations_count", c_uint32), ("init", c_int), ("init_image", c_void_p),
                ("optimizer", c_int), ("lbfgs_history", c_uint32), ("adam_learning_rate", c_float),
                ("style_scale", c_float), ("colors", c_int), ("seed", c_uint64),
                ("profile", c_int), ("not_read", c_uint32), ("tile", c_uint32), ("flatten", c_int),
                ("structure", c_float), ("width", c_uint32), ("height", c_uint32),
                ("mask", c_void_p), ("style_masks", POINTER(c_void_p)),
                ("style_mask_count", c_uint32), ("blend_mask", c_void_p)]


class Scale(Struct):
    _fields_ = [("width", c_uint32), ("height", c_uint32), ("iterations", c_uint32)]


class Losses(Struct):
    _fields_ = [("total", c_float), ("content", c_float), ("style", c_float), ("tv", c_float)]


class Progress(Struct):
    _fields_ = [("struct_size", c_size_t), ("scale", c_uint32), ("iteration", c_uint32),
                ("total_iterations", c_uint32), ("losses", Losses), ("restarts", c_uint32),
                ("done", c_int), ("all_iterations", c_uint32)]


PROGRESS = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Progress))

# Enumerations, by the names that the options below take.
CONVENTIONS = {"auto": 0, "torchvision": 1, "caffe": 2}
POOLINGS = {"max": 0, "average": 1}
PADDINGS = {"zero": 0, "replicate": 1}
OPTIMIZERS = {"lbfgs": 0, "adam": 1}
COLORS = {"style": 0, "content": 1}
INIT_CONTENT, INIT_NOISE, INIT_IMAGE = 0, 1, 2

# What the functions take; all return an ImpastoResult unless RETURNS says otherwise. Functions with
# MESSAGE in the end are called with a buffer for one.
MESSAGE = [c_char_p, c_size_t]
PARAMETERS = {
    "version": [],
    "list_devices": [POINTER(DeviceInfo), POINTER(c_uint32)] + MESSAGE,
    "context_create": [POINTER(ContextOptions), POINTER(c_void_p)] + MESSAGE,
    "context_device": [c_void_p, POINTER(DeviceInfo)],
    "context_destroy": [c_void_p],
    "context_message": [c_void_p],
    "image_load": [c_char_p, POINTER(c_void_p)] + MESSAGE,
    "image_create": [c_int, c_int, POINTER(c_float), POINTER(c_float), POINTER(c_void_p)] + MESSAGE,
    "image_save": [c_void_p, c_char_p, c_void_p, c_size_t] + MESSAGE,
    "image_width": [c_void_p],
    "image_height": [c_void_p],
    "image_rgb": [c_void_p],
    "image_alpha": [c_void_p],
    "image_destroy": [c_void_p],
    "weights_load": [c_char_p, POINTER(WeightsOptions), POINTER(c_void_p)] + MESSAGE,
    "weights_destroy": [c_void_p],
    "session_options_default": [POINTER(SessionOptions)],
    "session_create": [c_void_p, c_void_p, c_void_p, POINTER(c_void_p), c_uint32,
                       POINTER(SessionOptions), POINTER(c_void_p)] + MESSAGE,
    "session_destroy": [c_void_p],
    "session_advance": [c_void_p, c_uint32, POINTER(Progress)],
    "session_run": [c_void_p, PROGRESS, c_void_p],
    "session_progress": [c_void_p, POINTER(Progress)],
    "session_cancel": [c_void_p],
    "session_scales": [c_void_p, POINTER(Scale), POINTER(c_uint32)],
    "session_losses": [c_void_p, c_uint32, c_uint32, POINTER(Losses)],
    "session_image": [c_void_p, POINTER(c_void_p)],
    "session_message": [c_void_p],
}
RETURNS = {
    "version": c_uint32, "context_destroy": None, "context_message": c_char_p,
    "image_rgb": POINTER(c_float), "image_alpha": POINTER(c_float), "image_destroy": None,
    "weights_destroy": None, "session_options_default": None, "session_destroy": None,
    "session_cancel": None, "session_losses": c_uint32, "session_message": c_char_p,
}


class Error(RuntimeError):
    """What the library said; `result` is the ImpastoResult, below 0."""

    def __init__(self, result, message):
        super().__init__(message)
        self.result = result


CANCELLED = -10


def _utf8(text):
    return None if text is None else os.fspath(text).encode("utf-8")


def _choice(names, name, what):
    if name not in names:
        raise ValueError("%s %r is none of %s" % (what, name, ", ".join(names)))
    return names[name]


# ---- Pictures ----


def to_floats(picture):
    """uint8 0..255 or floats, (H, W, 3) or (H, W, 4), as float32."""
    picture = numpy.asarray(picture)
    if picture.ndim != 3 or picture.shape[2] not in (3, 4):
        raise ValueError("a picture is an array (height, width, 3 or 4), not %r" %
                         (picture.shape,))
    if picture.dtype == numpy.uint8:
        return picture.astype(numpy.float32) / numpy.float32(255)
    if not numpy.issubdtype(picture.dtype, numpy.floating):
        raise ValueError("a picture is of uint8 or of floats, not of %s" % picture.dtype)
    return picture.astype(numpy.float32)


def to_bytes(picture):
    """Floats as uint8, rounded as the library does when it saves."""
    clamped = numpy.clip(to_floats(picture), numpy.float32(0), numpy.float32(1))
    return (clamped * numpy.float32(255) + numpy.float32(0.5)).astype(numpy.uint8)


class _Handle:
    """What is destroyed at the end of a `with`, by close(), or by the garbage collector."""

    _pointer = None

    def __init__(self, library, destroy):
        self._library = library
        self._destroy = destroy
        self._pointer = c_void_p()

    def _given(self):
        if not self._pointer:
            raise ValueError("this %s is closed" % type(self).__name__)
        return self._pointer

    def close(self):
        if self._pointer:
            pointer, self._pointer = self._pointer, c_void_p()
            self._destroy(pointer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        self.close()


class Image(_Handle):
    """A picture of the library's own."""

    def __init__(self, library, picture=None):
        super().__init__(library, library.c.image_destroy)
        if picture is None:
            return
        values = to_floats(picture)
        height, width, channels = values.shape
        planes = numpy.ascontiguousarray(values.transpose(2, 0, 1))
        alpha = planes[3].ctypes.data_as(POINTER(c_float)) if channels == 4 else None
        library.check("image_create", width, height, planes.ctypes.data_as(POINTER(c_float)),
                      alpha, byref(self._pointer))

    def array(self):
        """A copy, float32 (H, W, 3), or (H, W, 4) where there is alpha."""
        c, image = self._library.c, self._given()
        shape = c.image_height(image), c.image_width(image)
        planes = list(numpy.ctypeslib.as_array(c.image_rgb(image), (3,) + shape))
        alpha = c.image_alpha(image)
        if alpha:
            planes.append(numpy.ctypeslib.as_array(alpha, shape))
        return numpy.stack(planes, axis=2)


# ---- The library ----


class Library:
    """libimpasto, loaded."""

    def __init__(self, path=None):
        path = path or os.environ.get("IMPASTO_LIBRARY") or ctypes.util.find_library("impasto")
        if not path:
            raise OSError("libimpasto was not found: give its path, or set IMPASTO_LIBRARY to it")
        loaded = ctypes.CDLL(os.fspath(path))
        self.c = type("Functions", (), {})()
        for name, parameters in PARAMETERS.items():
            function = getattr(loaded, "impasto_" + name)
            function.argtypes = parameters
            function.restype = RETURNS.get(name, c_int)
            setattr(self.c, name, function)

    def check(self, name, *arguments):
        """Calls a function that ends with a message's buffer."""
        message = ctypes.create_string_buffer(512)
        result = getattr(self.c, name)(*arguments, message, len(message))
        if result < 0:
            raise Error(result, message.value.decode("utf-8", "replace"))

    def version(self):
        number = self.c.version()
        return number >> 22, number >> 12 & 1023, number & 4095

    def devices(self):
        """The system's, as DeviceInfo."""
        count = c_uint32()
        self.check("list_devices", None, byref(count))
        infos = (DeviceInfo * count.value)()
        for info in infos:
            info.struct_size = ctypes.sizeof(DeviceInfo)
        self.check("list_devices", infos, byref(count))
        return list(infos)[:count.value]

    def load_image(self, path):
        """A JPEG or PNG as an array."""
        with Image(self) as image:
            self.check("image_load", _utf8(path), byref(image._pointer))
            return image.array()

    def save_image(self, path, picture):
        """Writes a PNG or JPEG, by the path's extension."""
        with Image(self, picture) as image:
            self.check("image_save", image._given(), _utf8(path), None, 0)

    def weights(self, source="builtin", convention="auto", cache_dir=None):
        return Weights(self, source, convention, cache_dir)

    def context(self, **options):
        return Context(self, **options)


class Weights(_Handle):
    """An encoder: "builtin", a name of the catalogue that was fetched, or a file."""

    def __init__(self, library, source, convention, cache_dir):
        super().__init__(library, library.c.weights_destroy)
        options = WeightsOptions(convention=_choice(CONVENTIONS, convention, "the convention"),
                                 cache_dir=_utf8(cache_dir))
        library.check("weights_load", _utf8(source), byref(options), byref(self._pointer))


class Context(_Handle):
    """A device. `log` is called with a line of text now and then. Sessions keep it; when it is closed,
    it closes those that are open."""

    def __init__(self, library, device=None, log=None, tier=None, precision=None, memory_budget=0,
                 cache_dir=None, retune=False):
        super().__init__(library, library.c.context_destroy)
        self._sessions = weakref.WeakSet()
        options = ContextOptions(device=_utf8(device), tier=_utf8(tier),
                                 precision=_utf8(precision), memory_budget=memory_budget,
                                 cache_dir=_utf8(cache_dir), retune=int(retune))
        if log is not None:
            options.log = LOG(lambda _, line: log(line.decode("utf-8", "replace")))
        self._log = options.log  # called as long as the context lives
        library.check("context_create", byref(options), byref(self._pointer))

    def close(self):
        for session in list(self._sessions) if self._pointer else []:
            session.close()
        super().close()

    def device(self):
        info = DeviceInfo()
        result = self._library.c.context_device(self._given(), byref(info))
        if result < 0:
            message = self._library.c.context_message(self._given())
            raise Error(result, message.decode("utf-8", "replace"))
        return info

    def session(self, weights, content, styles, **options):
        """One optimisation: see Session."""
        return Session(self, weights, content, styles, **options)


class Session(_Handle):
    """content: a picture; styles: a list of pictures. Options, of which those that are not given have
    the library's defaults:

        size, first_size         px, longest side of the result and of the coarsest scale
        iterations               a number, or one for each scale
        content_weight, style_weight, tv_weight
        content_layers, style_layers     {"relu3_1": 1.0, ...}
        style_blend              a weight for each style
        pooling                  "max", "average"
        padding                  "zero", "replicate"
        init                     "content", "noise", or a picture
        optimizer                "lbfgs", "adam"
        lbfgs_history, adam_learning_rate, style_scale, seed
        colors                   "style", "content"
    """

    def __init__(self, context, weights, content, styles, **options):
        library = context._library
        super().__init__(library, library.c.session_destroy)
        self._context = context
        with contextlib.ExitStack() as pictures:
            chosen, kept = self._options(library, pictures, **options)
            content = pictures.enter_context(Image(library, content))
            images = [pictures.enter_context(Image(library, style)) for style in styles]
            handles = (c_void_p * max(len(images), 1))(*[image._given() for image in images])
            library.check("session_create", context._given(), weights._given(), content._given(),
                          handles, len(images), byref(chosen), byref(self._pointer))
            del kept
        context._sessions.add(self)

    @staticmethod
    def _options(library, pictures, **given):
        """The C struct, and what it points into."""
        chosen = SessionOptions()
        library.c.session_options_default(byref(chosen))
        objective = chosen.objective
        kept = []

        def array(type_, values):
            kept.append((type_ * len(values))(*values))
            return kept[-1], len(values)

        for name, value in given.items():
            if name in ("size", "first_size", "lbfgs_history", "adam_learning_rate", "style_scale",
                        "seed"):
                setattr(chosen, name, value)
            elif name in ("content_weight", "style_weight", "tv_weight"):
                setattr(objective, name, value)
            elif name == "iterations":
                numbers = [value] if isinstance(value, int) else list(value)
                chosen.iterations, chosen.iterations_count = array(c_uint32, numbers)
            elif name in ("content_layers", "style_layers"):
                layers, count = array(LayerWeight, [
                    LayerWeight(layer=_utf8(layer), weight=weight)
                    for layer, weight in value.items()])
                setattr(objective, name, layers)
                setattr(objective, name[:-1] + "_count", count)
            elif name == "style_blend":
                objective.style_blend, objective.style_blend_count = array(c_float, list(value))
            elif name == "pooling":
                objective.pooling = _choice(POOLINGS, value, name)
            elif name == "padding":
                objective.padding = _choice(PADDINGS, value, name)
            elif name == "optimizer":
                chosen.optimizer = _choice(OPTIMIZERS, value, name)
            elif name == "colors":
                chosen.colors = _choice(COLORS, value, name)
            elif name == "init" and isinstance(value, str):
                chosen.init = _choice({"content": INIT_CONTENT, "noise": INIT_NOISE}, value, name)
            elif name == "init":
                chosen.init = INIT_IMAGE
                chosen.init_image = pictures.enter_context(Image(library, value))._given().value
            else:
                raise TypeError("a session has no option %r" % name)
        return chosen, kept

    def _check(self, result):
        if result < 0:
            message = self._library.c.session_message(self._given())
            raise Error(result, message.decode("utf-8", "replace"))

    def run(self, progress=None):
        """To the end. progress(Progress) is called after every iteration, and cancels by returning
        False; what it raises ends the run too, and comes out here."""
        raised = []

        def call(_, now):
            try:
                # What lies behind the pointer lives during the call.
                return 0 if progress(Progress.from_buffer_copy(now.contents)) is False else 1
            except BaseException as error:  # pylint: disable=broad-except
                raised.append(error)
                return 0

        callback = PROGRESS(call) if progress is not None else PROGRESS()
        result = self._library.c.session_run(self._given(), callback, None)
        if raised:
            raise raised[0]
        self._check(result)

    def advance(self, iterations=1):
        """Runs up to so many iterations and returns the Progress."""
        now = Progress()
        self._check(self._library.c.session_advance(self._given(), iterations, byref(now)))
        return now

    def progress(self):
        now = Progress()
        self._check(self._library.c.session_progress(self._given(), byref(now)))
        return now

    def cancel(self):
        """From any thread."""
        self._library.c.session_cancel(self._given())

    def scales(self):
        """As Scale, coarse to fine."""
        count = c_uint32()
        self._check(self._library.c.session_scales(self._given(), None, byref(count)))
        scales = (Scale * count.value)()
        self._check(self._library.c.session_scales(self._given(), scales, byref(count)))
        return list(scales)

    def losses(self):
        """float32 (iterations so far, 4): total, content, style, tv, before each one's step."""
        most = sum(scale.iterations for scale in self.scales())
        values = numpy.zeros((most, 4), numpy.float32)
        count = self._library.c.session_losses(self._given(), 0, most,
                                               values.ctypes.data_as(POINTER(Losses)))
        return values[:count]

    def image(self):
        """The picture as it is now."""
        with Image(self._library) as image:
            self._check(self._library.c.session_image(self._given(), byref(image._pointer)))
            return image.array()
