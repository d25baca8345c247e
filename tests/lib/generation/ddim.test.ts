// DDIM's steps against what is known without a model: for pictures that are normally distributed the best velocity has a formula, and so
// has what each step makes of the noise.
import assert from "node:assert/strict";
import { ddim, noiseSchedule, Random, tf } from "cellwise";
import { close } from "../small-models";

const schedule = noiseSchedule({ steps: 1000 });
const level = (t: number): number => schedule.alphaBars[t] as number;
const ϕ = (t: number): number => Math.acos(Math.sqrt(level(t)));

/** The velocity of pictures of mean μ and deviation σ: its mean, given what is seen. */
const known = (μ: number, σ: number) => (z: tf.Tensor, t: number) => {
  const [c, s] = [Math.cos(ϕ(t)), Math.sin(ϕ(t))];
  const spread = c * c * σ * σ + s * s;
  const beside = z.sub(c * μ); // z = cos ϕ·x + sin ϕ·ε
  const x = beside.mul((c * σ * σ) / spread).add(μ);
  const noise = beside.mul(s / spread);
  return noise.mul(c).sub(x.mul(s));
};

const noise = (count: number): tf.Tensor => {
  const random = new Random(5);
  return tf.tensor(Float32Array.from({ length: count }, () => random.normal()));
};

describe("ddim", () => {
  it("finds the picture in any number of steps where there is but one", () => {
    const start = noise(6);
    for (const steps of [1, 3, 20]) {
      const found = ddim(start, known(0.7, 0), { schedule, steps });
      for (const value of found.dataSync()) close(value, 0.7, 1e-4);
      found.dispose();
    }
    start.dispose();
  });

  it("turns noise by the cosine of each step's angle where pictures have variance 1", () => {
    const [μ, from, steps] = [3, 900, 4];
    const start = noise(6);
    const times = [900, 675, 450, 225, 0];
    const factor = times.slice(1).reduce((product, t, i) => product * Math.cos(ϕ(times[i] as number) - ϕ(t)), 1);
    const seen: number[] = [];
    const found = ddim(start, known(μ, 1), { schedule, steps, from, onStep: ({ time }) => seen.push(time) });
    const [before, after] = [start.dataSync(), found.dataSync()];
    for (const [i, z] of before.entries()) close(after[i] as number, μ + factor * (z - Math.cos(ϕ(from)) * μ), 1e-4);
    assert.deepEqual(seen, times.slice(1));
    tf.dispose([start, found]);
  });

  it("comes to the exact path of a normal distribution with more steps, in both directions", () => {
    const [μ, σ] = [0.5, 2];
    const velocity = known(μ, σ);
    const start = noise(200);
    const clean = tf.tidy(() => start.mul(σ).add(μ));
    const errors = [10, 100, 1000].map((steps) =>
      tf.tidy(() => {
        // Song et al. 2021: the steps follow a differential equation, whose path keeps what is σ from the mean there.
        const forward = ddim(start, velocity, { schedule, steps });
        const back = ddim(forward, velocity, { schedule, steps, from: 0, to: schedule.steps });
        return [forward.sub(clean), back.sub(start)].map((e) => e.abs().max().dataSync()[0] as number);
      }),
    );
    for (const direction of [0, 1]) {
      const [few, some, many] = errors.map((error) => error[direction] as number);
      assert.ok((some as number) < 0.3 * (few as number) && (many as number) < 0.3 * (some as number), `${errors}`);
    }
    assert.ok(Math.max(...(errors[2] ?? [])) < 0.03, `${errors}`);
    tf.dispose([start, clean]);
  });

  it("is deterministic, leaves the start alone, and hands over what it holds the outcome to be", () => {
    const before = tf.memory().numTensors;
    const start = noise(4);
    const values = start.dataSync().slice();
    const outcomes: number[] = [];
    const runs = [1, 2].map(() => {
      const found = ddim(start, known(1, 0), {
        schedule,
        steps: 5,
        onStep: ({ clean }) => outcomes.push(clean.dataSync()[0] as number),
      });
      const result = Array.from(found.dataSync());
      found.dispose();
      return result;
    });
    assert.deepEqual(runs[0], runs[1]);
    for (const outcome of outcomes) close(outcome, 1, 1e-3);
    assert.deepEqual(start.dataSync(), values);
    start.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("says what cannot be, and frees what it has made", () => {
    const start = noise(4);
    const before = tf.memory().numTensors;
    const velocity = known(0, 1);
    assert.throws(() => ddim(start, velocity, { schedule, steps: 2000 }), /steps is 2000; .* from 1000 to 0/);
    assert.throws(() => ddim(start, velocity, { schedule, from: 1001 }), /from is 1001; .* from 0 to 1,000/);
    assert.throws(() => ddim(start, velocity, { schedule, from: 0 }), /from and to are both 0/);
    assert.throws(
      () => ddim(start, (z) => z.sum(), { schedule }),
      /at time 1000 velocity, a function, returned a tensor \[\].*; it returns a tensor of the shape that it is given, \[4\]/,
    );
    assert.equal(tf.memory().numTensors, before);
    start.dispose();
  });
});
