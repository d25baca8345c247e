import { strict as assert } from "node:assert";
import { type Dataset, dfd, forecastWindows, loadCo2, loadWeather, tf } from "cellwise";
import { refusesDamage } from "./damaged";

describe("loadCo2 and loadWeather", () => {
  it("load what their documentation says: monthly from 1958 to 2020, daily from 2012 to 2015", async () => {
    const before = tf.memory().numTensors;
    const co2 = await loadCo2();
    assert.ok(co2 instanceof dfd.DataFrame);
    assert.deepEqual(co2.shape, [741, 3]);
    assert.deepEqual(co2.columns, ["Date", "CO2", "adjusted CO2"]);
    assert.deepEqual(co2.values[0], ["1958-03-01", 315.7, 314.44]);
    assert.deepEqual(co2.values.at(-1), ["2020-04-01", 416.18, 413.35]);

    const weather = await loadWeather();
    assert.deepEqual(weather.shape, [365 * 3 + 366, 6]);
    assert.deepEqual(weather.columns, ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"]);
    assert.deepEqual(
      new Set<unknown>(weather.column("weather").values),
      new Set(["drizzle", "rain", "snow", "sun", "fog"]),
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuse damaged files", async () => {
    await refusesDamage("vega-datasets", "co2-concentration.csv", loadCo2);
    await refusesDamage("vega-datasets", "seattle-weather.csv", loadWeather);
  });

  it("make windows", async () => {
    const { train, test, unscaled, firstRow } = forecastWindows(await loadCo2(), {
      inputs: ["CO2"],
      length: 24,
      horizon: 12,
    });
    assert.deepEqual([train.inputs[0]?.shape, train.targets[0]?.shape], [[24, 1], [12]]);
    // 741 rows: 593 to learn from, 148 for the test
    assert.deepEqual([train.size, test.size, firstRow.test], [593 - 24 - 12 + 1, 148 - 12 + 1, 593]);
    assert.ok(Math.abs(unscaled("CO2", train.example(0).values[0] as number) - 315.7) < 1e-3);
  });
});

/** Row r is [r, 10 r, "x"]. */
const frame = (rows: number) => ({
  columns: ["a", "b", "kind"],
  values: Array.from({ length: rows }, (_, row) => [row, 10 * row, "x"]),
});
const numbers = (dataset: Dataset, position: number): [number[], number[]] => {
  const batch = dataset.batch([position]);
  const [inputs, targets] = [batch.inputs[0], batch.targets[0]].map((tensor) => Array.from(tensor?.dataSync() ?? []));
  batch.dispose();
  return [inputs as number[], targets as number[]];
};

describe("forecastWindows", () => {
  it("gives the rows before and the rows after, parted in time", () => {
    const windows = forecastWindows(frame(20), {
      ...{ inputs: ["b", "a"], targets: ["a"], length: 3, horizon: 2 },
      ...{ testShare: 0.2, validationShare: 0.1, standardize: false },
    });
    // 14 rows to learn from, 2 for validation, 4 for the test
    assert.deepEqual(windows.firstRow, { train: 3, validation: 14, test: 16 });
    assert.deepEqual([windows.train.size, windows.validation?.size, windows.test.size], [10, 1, 3]);
    assert.deepEqual(numbers(windows.train, 0), [
      [0, 0, 10, 1, 20, 2],
      [3, 4],
    ]);
    assert.deepEqual(numbers(windows.train, 9), [
      [90, 9, 100, 10, 110, 11],
      [12, 13],
    ]);
    assert.deepEqual(numbers(windows.test, 0), [
      [130, 13, 140, 14, 150, 15],
      [16, 17],
    ]);
    assert.deepEqual(numbers(windows.test, 2), [
      [150, 15, 160, 16, 170, 17],
      [18, 19],
    ]);
  });

  it("forecasts several columns, with strides", () => {
    const windows = forecastWindows(frame(20), { inputs: ["a", "b"], length: 2, stride: 3, standardize: false });
    assert.deepEqual([windows.train.targets[0]?.shape, windows.train.size], [[1, 2], 5]);
    assert.deepEqual(numbers(windows.train, 1), [
      [3, 30, 4, 40],
      [5, 50],
    ]);
  });

  it("standardizes by the training rows alone", () => {
    const { train, scales, unscaled } = forecastWindows(frame(10), { inputs: ["a"], length: 1, testShare: 0.5 });
    assert.deepEqual(scales, { a: { mean: 2, deviation: Math.sqrt(2) } }); // of 0, 1, 2, 3, 4
    assert.ok(Math.abs((train.example(0).values[0] as number) + Math.SQRT2) < 1e-6);
    assert.equal(unscaled("a", 1), 2 + Math.SQRT2);
    assert.throws(() => unscaled("b", 1), /no scale for "b", only for a/);
    const constant = { columns: ["c"], values: [[5], [5], [5], [5], [5]] };
    assert.deepEqual(numbers(forecastWindows(constant, { inputs: ["c"], length: 1 }).train, 0), [[0], [0]]);
  });

  it("refuses what cannot be, and names it", () => {
    const options = { inputs: ["a"], length: 3 };
    assert.throws(
      () => forecastWindows(frame(20), { ...options, inputs: ["z"] }),
      /no column "z"; it has "a", "b", "kind"/,
    );
    assert.throws(
      () => forecastWindows(frame(20), { ...options, inputs: ["kind"] }),
      /Row 0 of series, .*, has "x" .*"kind"/,
    );
    const hole = frame(20);
    (hole.values[7] as unknown[])[0] = Number.NaN;
    assert.throws(() => forecastWindows(hole, options), /Row 7 of series, .*, has NaN in the column "a".*dropNa/);
    assert.throws(() => forecastWindows(frame(4), { ...options, length: 5 }), /needs at least 1 \(horizon\), with 5/);
    assert.throws(() => forecastWindows(frame(20), { ...options, testShare: 1 }), /testShare is 1/);
    assert.throws(() => forecastWindows(frame(20), { ...options, length: 0 }), /length is 0/);
  });
});

describe("dfd", () => {
  it("is danfojs", () => {
    assert.deepEqual(new dfd.DataFrame({ a: [1, 2] }).shape, [2, 1]);
    assert.ok("readCSV" in dfd && Object.keys(dfd).includes("Series"));
  });
});
