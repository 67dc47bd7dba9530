import {
  AudioFrame,
  AudioSource,
  AudioStream,
  type RemoteTrack,
  VideoBufferType,
  VideoFrame,
  VideoSource,
  VideoStream,
} from '@livekit/rtc-node';
import { COLOURS, type Colour, type VideoOptions } from './messages.ts';

const SAMPLE_RATE = 48_000;
const FRAME_SAMPLES = SAMPLE_RATE / 50;
const AMPLITUDE = 12_000;
/** A voice swells and falls so often a second, between these. */
const SWELLS_HZ = 0.7;
const [SOFTEST, LOUDEST] = [3_000, 30_000];
const BAR_ROWS = 20;

/** A steady sine of `hz`, or one that is as loud now and soft then as a voice; runs until `stop`. */
export function startTone(hz: number, isVoice = false): { source: AudioSource; stop: () => void } {
  const source = new AudioSource(SAMPLE_RATE, 1);
  let running = true;
  const stop = () => {
    running = false;
  };
  let sample = 0;
  void (async () => {
    while (running) {
      const data = new Int16Array(FRAME_SAMPLES);
      for (let i = 0; i < FRAME_SAMPLES; i++) {
        const turns = (2 * Math.PI * sample++) / SAMPLE_RATE;
        const swell = (1 - Math.cos(turns * SWELLS_HZ)) / 2;
        const amplitude = isVoice ? SOFTEST + (LOUDEST - SOFTEST) * swell : AMPLITUDE;
        data[i] = amplitude * Math.sin(hz * turns);
      }
      await source.captureFrame(new AudioFrame(data, SAMPLE_RATE, 1, FRAME_SAMPLES));
    }
  })();
  return { source, stop };
}

/** A picture of one colour with a dark bar that wanders down. */
export function startPicture(
  colour: Colour,
  { width = 320, fps = 10, isGrainy = false }: VideoOptions = {},
): { source: VideoSource; stop: () => void } {
  const height = Math.round((width * 9) / 32) * 2;
  const source = new VideoSource(width, height);
  let bar = 0;
  const timer = setInterval(() => {
    bar = (bar + 4) % (height - BAR_ROWS);
    const data = picture(colour, bar, width, height);
    if (isGrainy) addGrain(data, width * height);
    source.captureFrame(new VideoFrame(data, width, height, VideoBufferType.I420));
  }, 1000 / fps);
  return { source, stop: () => clearInterval(timer) };
}

function picture(colour: Colour, bar: number, width: number, height: number): Uint8Array {
  const [y, u, v] = COLOURS[colour];
  const luma = width * height;
  const data = new Uint8Array(luma * 1.5);
  data.fill(y, 0, luma);
  data.fill(16, bar * width, (bar + BAR_ROWS) * width);
  data.fill(u, luma, luma * 1.25);
  data.fill(v, luma * 1.25);
  return data;
}

const grain = Uint8Array.from({ length: 1 << 20 }, () => Math.random() * 24);

/** Other grain for each picture, which no encoder can foresee. */
function addGrain(data: Uint8Array, luma: number): void {
  const from = Math.floor(Math.random() * (grain.length - luma));
  for (let i = 0; i < luma; i++) data[i] = (data[i] ?? 0) + (grain[from + i] ?? 0);
}

/** Calls `heard` for every tenth of a second of sound that arrives. */
export async function listen(track: RemoteTrack, heard: (sound: { hz: number; level: number }) => void) {
  const window = new Int16Array(SAMPLE_RATE / 10);
  let filled = 0;
  for await (const frame of frames(new AudioStream(track, SAMPLE_RATE, 1))) {
    for (const value of frame.data) {
      window[filled++] = value;
      if (filled < window.length) continue;
      heard({ hz: pitchOf(window), level: levelOf(window) });
      filled = 0;
    }
  }
}

/** Calls `seen` for every picture that arrives, with its colour and where the bar is. */
export async function watch(track: RemoteTrack, seen: (picture: { colour: Colour; bar: number }) => void) {
  for await (const { frame } of frames(new VideoStream(track))) {
    const i420 = frame.type === VideoBufferType.I420 ? frame : frame.convert(VideoBufferType.I420);
    const { data, width, height } = i420;
    const luma = width * height;
    const middle = Math.floor(height / 4) * Math.floor(width / 2) + Math.floor(width / 4);
    const row = (y: number) => data[y * width + Math.floor(width / 2)] ?? 0;
    let darkest = 0;
    for (let y = 1; y < height; y++) if (row(y) < row(darkest)) darkest = y;
    seen({ colour: nearest(data[luma + middle] ?? 0, data[luma * 1.25 + middle] ?? 0), bar: darkest });
  }
}

/** `for await` over a stream of rtc-node, which breaks when the track ends. */
async function* frames<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield value;
  }
}

function pitchOf(samples: Int16Array): number {
  let crossings = 0;
  for (let i = 1; i < samples.length; i++) {
    if ((samples[i - 1] ?? 0) < 0 && (samples[i] ?? 0) >= 0) crossings++;
  }
  return crossings * (SAMPLE_RATE / samples.length);
}

function levelOf(samples: Int16Array): number {
  let sum = 0;
  for (const value of samples) sum += value * value;
  return Math.round(Math.sqrt(sum / samples.length));
}

function nearest(u: number, v: number): Colour {
  const distance = (colour: Colour) => Math.hypot(COLOURS[colour][1] - u, COLOURS[colour][2] - v);
  return (Object.keys(COLOURS) as Colour[]).reduce((a, b) => (distance(b) < distance(a) ? b : a));
}
