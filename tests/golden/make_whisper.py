"""A tiny Whisper by chance in CTranslate2's format, with what CTranslate2 makes of it; and, given the folder of the published weights,
what CTranslate2 makes of those. Needs numpy and ctranslate2 alone:

    python make_whisper.py
    python make_whisper.py FOLDER_OF_TINY_EN FOLDER_OF_WAVS

The WAV files have 16,000 samples a second: awb.wav, kal16.wav, rms.wav and slt.wav are what `say` makes of the text in
lib/pretrained/whisper-tiny-en.test.ts, sense-and-sensibility.wav is the FLAC file among the fixtures.
"""

import json
import struct
import sys
import wave
from pathlib import Path

import ctranslate2
import numpy as np

HERE = Path(__file__).parent / "fixtures"
FOLDER = HERE / "whisper-tiny"
VERSIONS = {"ctranslate2": ctranslate2.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
FRAMES, BANDS, WIDTH, HEADS, LENGTH = 100, 80, 16, 2, 32
PIECES = ["Ġt", "he", "Ġthe"]
SPECIALS = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|nocaptions|>", "<|notimestamps|>"]


def rounded(tensor):
    return [float(f"{value:.7g}") for value in np.asarray(tensor, "float64").flatten()]


def byte_signs():
    """GPT-2's signs for the bytes, in the order of their tokens."""
    signs = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [chr(byte) for byte in signs] + [chr(256 + i) for i in range(256 - len(signs))]


def write_tiny():
    vocabulary = byte_signs() + PIECES + SPECIALS
    start = 256 + len(PIECES)
    random = np.random.default_rng(5)
    weights = {}

    def linear(name, outputs, inputs):
        weights[f"{name}/weight"] = random.normal(0, 0.4, (outputs, inputs))
        weights[f"{name}/bias"] = random.normal(0, 0.1, outputs)

    def norm(name):
        weights[f"{name}/gamma"] = random.normal(1, 0.2, WIDTH)
        weights[f"{name}/beta"] = random.normal(0, 0.1, WIDTH)

    def attention(name, joined):
        for i, outputs in enumerate(joined):
            linear(f"{name}/linear_{i}", outputs, WIDTH)
        norm(f"{name}/layer_norm")

    for side in ("encoder", "decoder"):
        attention(f"{side}/layer_0/self_attention", [3 * WIDTH, WIDTH])
        if side == "decoder":
            attention(f"{side}/layer_0/attention", [WIDTH, 2 * WIDTH, WIDTH])
        linear(f"{side}/layer_0/ffn/linear_0", 4 * WIDTH, WIDTH)
        linear(f"{side}/layer_0/ffn/linear_1", WIDTH, 4 * WIDTH)
        norm(f"{side}/layer_0/ffn/layer_norm")
        norm(f"{side}/layer_norm")
    for i, inputs in ((1, BANDS), (2, WIDTH)):
        weights[f"encoder/conv{i}/weight"] = random.normal(0, 0.2, (WIDTH, inputs, 3))
        weights[f"encoder/conv{i}/bias"] = random.normal(0, 0.1, WIDTH)
    waves = 1 / 10000 ** (np.arange(WIDTH // 2) / (WIDTH // 2 - 1))
    angles = np.arange(FRAMES // 2)[:, None] * waves
    weights["encoder/position_encodings/encodings"] = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    weights["decoder/position_encodings/encodings"] = random.normal(0, 0.4, (LENGTH, WIDTH))
    weights["decoder/embeddings/weight"] = random.normal(0, 0.5, (len(vocabulary), WIDTH))
    settings = {"encoder/num_heads": (HEADS, 2), "decoder/num_heads": (HEADS, 2), "decoder/pre_norm": (1, 1)}
    settings |= {"decoder/activation": (1, 1), "decoder/scale_embeddings": (0, 1), "decoder/alibi": (0, 1)}
    settings |= {"decoder/alignment_layer": (-1, 2), "decoder/alignment_heads": (1, 2)}
    settings |= {"decoder/start_from_zero_embedding": (0, 1)}

    def text(value):
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    file = struct.pack("<I", 6) + text("WhisperSpec") + struct.pack("<II", 3, len(weights) + len(settings))
    for name in sorted([*weights, *settings]):
        if name in weights:
            data, shape, kind = weights[name].astype("<f2").tobytes(), weights[name].shape, 4
        else:
            value, kind = settings[name]
            data, shape = value.to_bytes(kind, "little", signed=True), ()
        file += text(name) + struct.pack(f"<B{len(shape)}I", len(shape), *shape)
        file += struct.pack("<BI", kind, len(data)) + data
    file += struct.pack("<I", 1) + text("decoder/projection/weight") + text("decoder/embeddings/weight")

    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "model.bin").write_bytes(file)
    config = {"suppress_ids": [3, 5, 200, start + 1, start + 2, start + 3], "suppress_ids_begin": [220, start]}
    (FOLDER / "config.json").write_text(json.dumps(config | {"alignment_heads": [[0, 0]], "lang_ids": [start + 2]}) + "\n")
    (FOLDER / "vocabulary.txt").write_text("\n".join(vocabulary) + "\n")
    tokenizer = {
        "added_tokens": [{"id": start + i, "content": name} for i, name in enumerate(SPECIALS)],
        "model": {"vocab": {piece: i for i, piece in enumerate(vocabulary[:start])}, "merges": ["Ġ t", "h e", "Ġt he"]},
    }
    (FOLDER / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False) + "\n")
    return start


def features(samples, frames):
    """OpenAI's log-mel spectrogram, by librosa's formulas (Slaney's scale and norm), of 30 seconds or as many frames."""
    size, hertz = 400, np.linspace(0, 8000, 201)
    mel = np.linspace(0, 15 + 27 * np.log(8) / np.log(6.4), BANDS + 2)
    points = np.where(mel < 15, 200 * mel / 3, 1000 * 6.4 ** ((mel - 15) / 27))
    ramps, width = points[:, None] - hertz, np.diff(points)[:, None]
    filters = np.maximum(0, np.minimum(-ramps[:-2] / width[:-1], ramps[2:] / width[1:]))
    filters *= (2 / (points[2:] - points[:-2]))[:, None]
    padded = np.pad(np.pad(samples, (0, frames * 160 - len(samples))), size // 2, "reflect")
    pieces = np.lib.stride_tricks.sliding_window_view(padded, size)[::160][:-1] * np.hanning(size + 1)[:-1]
    logs = np.log10(np.maximum(filters @ (np.abs(np.fft.rfft(pieces)) ** 2).T, 1e-10))
    return (np.maximum(logs, logs.max() - 8) + 4) / 4, filters


def storage(values):
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(values[None].astype("float32")))


def sine(count, rate=16000):
    """A tone that rises, with pauses, so loud as speech."""
    i = np.arange(count)
    return 0.3 * np.sin(2 * np.pi * (200 + 0.02 * i) * i / rate) * (np.sin(2 * np.pi * i / 4000) > -0.5)


def written(model, sound, prompt, length, **options):
    [result] = model.generate(
        storage(sound), [prompt], beam_size=1, max_length=length, return_scores=True, return_no_speech_prob=True, **options
    )
    return {"tokens": result.sequences_ids[0], "score": result.scores[0], "noSpeech": result.no_speech_prob}


def make_tiny():
    start = write_tiny()
    model = ctranslate2.models.Whisper(str(FOLDER), device="cpu", compute_type="float32")
    sound, filters = features(sine(12000), FRAMES)
    encoded = np.array(model.encode(storage(sound)))
    golden = {
        "madeBy": VERSIONS,
        "filters": {"band0": rounded(filters[0][:6]), "band40": rounded(filters[40][40:60])},
        "features": rounded(sound.T[[0, 10, 50, 74, 75, 76, 99]]),
        "encoded": rounded(encoded),
        "written": written(model, sound, [start + 1, start + 4], LENGTH),
    }
    (HERE / "whisper-tiny.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(golden["written"])


def make_published(folder, wavs):
    model = ctranslate2.models.Whisper(folder, device="cpu", compute_type="float32", intra_threads=2)
    sound, _ = features(sine(80000), 3000)
    encoded = np.array(model.encode(storage(sound)))[0]
    spoken = {}
    for path in sorted(Path(wavs).glob("*.wav")):
        with wave.open(str(path)) as file:
            assert file.getframerate() == 16000 and file.getsampwidth() == 2
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        spoken[path.stem] = written(model, features(samples, 3000)[0], [50257, 50362], 448)
        print(path.stem, spoken[path.stem])
    golden = {"madeBy": VERSIONS, "encoded": rounded(encoded[[0, 100, 249, 251, 1499]][:, ::8]), "spoken": spoken}
    (HERE / "whisper-tiny-en.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if len(sys.argv) == 1:
    make_tiny()
else:
    make_published(*sys.argv[1:])
