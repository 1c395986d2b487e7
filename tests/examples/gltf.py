"""Writes small glTF models, whole or broken, with Python's standard library alone."""
import base64
import json
import struct

# glTF's numbers.
UNSIGNED_BYTE, UNSIGNED_SHORT, UNSIGNED_INT, FLOAT = 5121, 5123, 5125, 5126
TRIANGLES, STRIP, FAN = 4, 5, 6
INDEX_FORMATS = {UNSIGNED_BYTE: "B", UNSIGNED_SHORT: "H", UNSIGNED_INT: "I"}

# A square that looks at the default camera's side, from (-1, -1) to (1, 1), counter-clockwise.
CORNERS = [(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]
NORMALS = [(0, 0, 1)] * 4
COORDINATES = [(0, 1), (1, 1), (1, 0), (0, 0)]
SQUARE = [0, 1, 2, 0, 2, 3]


class Model:
    """A square with a texture; the parts can be changed before it is written.

    json: the document; blob: its buffer's bytes.
    """

    def __init__(self, picture="texture.png", indices=SQUARE, index_type=UNSIGNED_SHORT,
                 mode=TRIANGLES, corners=CORNERS, normals=True, coordinates=True):
        self.blob = b""
        self.json = {
            "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}], "accessors": [], "bufferViews": [], "buffers": [],
            "images": [{"uri": picture}], "textures": [{"source": 0}],
            "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}],
        }
        attributes = {"POSITION": self.accessor(corners, "VEC3", bounds=True)}
        if normals:
            attributes["NORMAL"] = self.accessor(NORMALS, "VEC3")
        if coordinates:
            attributes["TEXCOORD_0"] = self.accessor(COORDINATES, "VEC2")
        primitive = {"attributes": attributes, "material": 0, "mode": mode}
        if indices is not None:
            values = [(value,) for value in indices]
            primitive["indices"] = self.accessor(values, "SCALAR", index_type)
        self.json["meshes"] = [{"primitives": [primitive]}]
        self.primitive = primitive

    def view(self, bytes_):
        self.blob += b"\0" * (-len(self.blob) % 4)
        self.json["bufferViews"].append(
            {"buffer": 0, "byteOffset": len(self.blob), "byteLength": len(bytes_)})
        self.blob += bytes_
        return len(self.json["bufferViews"]) - 1

    def accessor(self, rows, kind, component=FLOAT, bounds=False):
        code = INDEX_FORMATS.get(component, "f")
        packed = b"".join(struct.pack("<%d%s" % (len(row), code), *row) for row in rows)
        about = {"bufferView": self.view(packed), "componentType": component,
                 "count": len(rows), "type": kind}
        if bounds:
            about["min"] = [min(column) for column in zip(*rows)]
            about["max"] = [max(column) for column in zip(*rows)]
        self.json["accessors"].append(about)
        return len(self.json["accessors"]) - 1

    def write(self, path):
        uri = "data:application/octet-stream;base64," + base64.b64encode(self.blob).decode()
        self.json["buffers"] = [{"byteLength": len(self.blob), "uri": uri}]
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.json, file)
        return path

    def write_binary(self, path, picture):
        """As .glb, with the picture's bytes in it."""
        self.json["images"] = [{"bufferView": self.view(picture), "mimeType": "image/png"}]
        self.blob += b"\0" * (-len(self.blob) % 4)
        self.json["buffers"] = [{"byteLength": len(self.blob)}]
        text = json.dumps(self.json).encode()
        text += b" " * (-len(text) % 4)
        with open(path, "wb") as file:
            file.write(struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(self.blob)))
            file.write(struct.pack("<I4s", len(text), b"JSON") + text)
            file.write(struct.pack("<I4s", len(self.blob), b"BIN\0") + self.blob)
        return path
