// What is mended of danfojs: columns of any name, tables that other programs wrote, statistics of columns with gaps.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dfd } from "cellwise";
import { bundle } from "cellwise-kernel/dist/kernel/bundle";

const textOf = async (value: unknown): Promise<string> =>
  ((await bundle(value)) as Record<string, string>)["text/plain"] ?? "";

describe("a DataFrame's columns", () => {
  const members = [
    "index",
    "values",
    "columns",
    "shape",
    "dtypes",
    "size",
    "ndim",
    "axis",
    "ctypes",
    "T",
    "iloc",
    "head",
  ];
  const inner = ["$data", "$columns", "$index", "$dtypes", "$config", "$isSeries", "$dataIncolumnFormat"];
  const ofObjects = ["constructor", "toString", "hasOwnProperty", "__proto__", "toJSON", "then"];
  for (const name of [...members, ...inner, ...ofObjects, "<b>x</b>", "a b", "1", "", "מספר"]) {
    it(`may be called ${JSON.stringify(name)}`, async () => {
      const frame = new dfd.DataFrame(
        [
          [1, 2],
          [3, 4],
        ],
        { columns: [name, "b"] },
      );
      assert.deepEqual(frame.columns, [name, "b"]);
      assert.deepEqual(frame.index, [0, 1]);
      assert.deepEqual(frame.values, [
        [1, 2],
        [3, 4],
      ]);
      assert.deepEqual(frame.shape, [2, 2]);
      assert.deepEqual(frame.column(name).values, [1, 3]);
      // A key of the row itself, __proto__ too.
      const row = (first: number, second: number): object =>
        JSON.parse(`{${JSON.stringify(name)}:${first},"b":${second}}`);
      assert.deepEqual(new dfd.DataFrame([row(1, 2), row(3, 4)]).values, frame.values);
      const [title, head, , ...rows] = (await textOf(frame)).split("\n");
      assert.equal(title, "2 rows × 2 columns");
      assert.match(head ?? "", /b$/);
      assert.ok(head?.includes(name), head);
      assert.deepEqual(
        rows.map((row) => row.trim().split(/\s+/)),
        [
          ["0", "1", "2"],
          ["1", "3", "4"],
        ],
      );
      frame.addColumn(`${name}2`, [5, 6], { inplace: true });
      assert.deepEqual(frame.column(`${name}2`).values, [5, 6]);
    });
  }

  it("are still members of the frame where it has none of that name", () => {
    const frame = new dfd.DataFrame({ year: [1958, 2020] });
    assert.deepEqual((frame as unknown as { year: { values: number[] } }).year.values, [1958, 2020]);
  });
});

describe("describe", () => {
  it("leaves out what is missing", () => {
    const frame = new dfd.DataFrame({
      a: [2, null, 4, 9],
      b: [1.5, Number.NaN, Number.NaN, 2.5],
      c: ["x", "y", "z", "w"],
    });
    const { index, columns, values } = frame.describe();
    assert.deepEqual(index, ["count", "mean", "std", "min", "median", "max", "variance"]);
    assert.deepEqual(columns, ["a", "b"]);
    // By hand: of 2, 4, 9 the mean is 5 and the variance (9 + 1 + 16) / 2.
    const expected = [
      [3, 2],
      [5, 2],
      [Math.sqrt(13), Math.SQRT1_2],
      [2, 1.5],
      [4, 2],
      [9, 2.5],
      [13, 0.5],
    ];
    for (const [row, [a, b]] of expected.entries()) {
      const [seenA, seenB] = values[row] as [number, number];
      assert.ok(Math.abs(seenA - (a as number)) < 1e-12 && Math.abs(seenB - (b as number)) < 1e-12, `${index[row]}`);
    }
  });
});

describe("statistics of nothing, and of one value", () => {
  // As pandas has them: of nothing all but the count is missing, of one value the deviation is.
  const NONE = [0, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  for (const [what, column, expected] of [
    ["null alone", [null, null], NONE],
    ["NaN alone", [Number.NaN, Number.NaN], NONE],
    ["one value", [5, null], [1, 5, Number.NaN, 5, 5, 5, Number.NaN]],
    ["two values", [null, 1, 3], [2, 2, Math.SQRT2, 1, 2, 3, 2]],
  ] as const)
    it(what, () => {
      const frame = new dfd.DataFrame({ a: [...column], b: column.map((_, i) => i) });
      assert.deepEqual(frame.describe().column("a").values, expected);
      const series = frame.column("a").describe();
      assert.deepEqual(series.values, expected);
      assert.deepEqual(series.index, ["count", "mean", "std", "min", "median", "max", "variance"]);
    });
});

describe("sortValues", () => {
  const rows = [
    [3, "c", 1],
    [null, "b", 2],
    [1, "a", 3],
    [3, null, 4],
  ];
  const last = (frame: unknown): unknown[] => (frame as { values: unknown[][] }).values.map((row) => row[2]);

  it("sorts by numbers and texts, equal ones in their order, missing ones last", () => {
    const frame = new dfd.DataFrame(rows, { columns: ["n", "t", "row"] });
    assert.deepEqual(last(frame.sortValues("n")), [3, 1, 4, 2]);
    assert.deepEqual(last(frame.sortValues("n", { ascending: false })), [1, 4, 3, 2]);
    assert.deepEqual(last(frame.sortValues("t")), [3, 2, 1, 4]);
    assert.deepEqual(frame.sortValues("n").index, [2, 0, 3, 1]);
    assert.deepEqual(last(frame), [1, 2, 3, 4]);
    assert.equal(frame.sortValues("n", { inplace: true }), undefined);
    assert.deepEqual(last(frame), [3, 1, 4, 2]);
    assert.deepEqual(frame.index, [2, 0, 3, 1]);
  });

  it("takes a column without a name", () => {
    const frame = new dfd.DataFrame(rows, { columns: ["", "t", "row"] });
    const sorted = frame.sortValues("");
    assert.deepEqual(last(sorted), [3, 1, 4, 2]);
    assert.deepEqual(sorted.index, [2, 0, 3, 1]);
  });

  it("says which columns there are, and so does groupby", () => {
    const frame = new dfd.DataFrame(rows, { columns: ["n", "t", "row"] });
    for (const [column, message] of [
      ["", /sortValues: column is ""; it is the name of a column: "n", "t", "row"\.$/],
      ["nope", /column is "nope"; it is/],
      [undefined, /column is undefined; it is/],
      [0, /column is 0; it is/],
    ] as const)
      assert.throws(() => frame.sortValues(column as string), message);
    assert.throws(() => frame.sortValues("n", { ascending: "no" as never }), /ascending is "no"; it is true or false/);
    assert.throws(() => frame.sortValues("n", { descending: true } as object), /field "descending"/);
    assert.throws(() => frame.groupby(["t", "nope"]), /groupby: column is "nope"; it is the name of a column: "n"/);
    assert.deepEqual(frame.groupby(["t"]).col(["row"]).sum().column("row_sum").values, [1, 2, 3, 4]);
  });
});

describe("readCSV", () => {
  let place: string;
  before(() => {
    place = mkdtempSync(join(tmpdir(), "cellwise csv é-"));
  });
  after(() => rmSync(place, { recursive: true }));

  const read = async (bytes: Buffer, options?: Parameters<typeof dfd.readCSV>[1]) => {
    const file = join(place, "table.csv");
    writeFileSync(file, bytes);
    const { columns, values } = await dfd.readCSV(file, options);
    return { columns, values };
  };
  const expected = {
    columns: ["name", "größe"],
    values: [
      ["Jörg", 1.5],
      ["Zoë; Ünal", 2],
    ],
  };
  const table = (delimiter: string, end = "\n") =>
    [`name${delimiter}größe`, `Jörg${delimiter}1.5`, `"Zoë; Ünal"${delimiter}2`, ""].join(end);
  const bigEndian = (text: string) => Buffer.from(text, "utf16le").swap16();

  for (const [what, bytes] of [
    ["commas", Buffer.from(table(","))],
    ["semicolons", Buffer.from(table(";"))],
    ["tabs", Buffer.from(table("\t"))],
    ["bars", Buffer.from(table("|"))],
    ["lines that end as on Windows", Buffer.from(table(";", "\r\n"))],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${table(",")}`)],
    ["Latin-1", Buffer.from(table(";"), "latin1")],
    ["UTF-16 with a mark", Buffer.from(`\uFEFF${table("\t")}`, "utf16le")],
    ["UTF-16 without", Buffer.from(table(","), "utf16le")],
    ["UTF-16 of the other order", bigEndian(`\uFEFF${table(",")}`)],
    ["UTF-16 of the other order without a mark", bigEndian(table(","))],
  ] as const)
    it(`reads ${what}`, async () => assert.deepEqual(await read(bytes), expected));

  it("reads one column, a comma in the heading's quotation marks, and what it is told to", async () => {
    assert.deepEqual(await read(Buffer.from("a\n1\n2\n")), { columns: ["a"], values: [[1], [2]] });
    const quoted = await read(Buffer.from('"a, b, c";d\n1;2\n'));
    assert.deepEqual(quoted, { columns: ["a, b, c", "d"], values: [[1, 2]] });
    const told = await read(Buffer.from("a;b,c\n1;2,3\n"), { delimiter: "," } as object);
    assert.deepEqual(told, { columns: ["a;b", "c"], values: [["1;2", 3]] });
  });

  it("cuts no character in the middle of a long file", async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => `${"ö".repeat(i % 3)}€`);
    const { values } = await read(Buffer.from(`name,b\n${rows.map((name) => `${name},1`).join("\n")}\n`));
    assert.deepEqual(
      (values as [string, number][]).map(([name]) => name),
      rows,
    );
  });

  const europe = "stadt;preis;anzahl;note\nKöln;1.234,50;1.000;gut\nBonn;-2,25;12;1,5 bis 2\nUlm;;7;1,3\n";
  const read2 = async (text: string, options?: object) => {
    const lines: string[] = [];
    const { warn } = console;
    console.warn = (line: string) => void lines.push(line);
    try {
      return { ...(await read(Buffer.from(text), options as never)), lines };
    } finally {
      console.warn = warn;
    }
  };
  it("reads decimal commas in columns that have nothing else, and says so", async () => {
    const { values, lines } = await read2(europe);
    const rows = values as unknown[][];
    assert.deepEqual(rows.map((row) => row[1]).slice(0, 2), [1234.5, -2.25]);
    assert.equal(typeof rows[2]?.[1] === "string", false);
    assert.deepEqual(
      rows.map((row) => row[3]),
      ["gut", "1,5 bis 2", "1,3"],
    );
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /readCSV: decimal commas were read in preis .*1,5 is 1\.5.*dynamicTyping: false/);
  });

  it("reads them between tabs, and in quotation marks between commas, but no commas that may part thousands there", async () => {
    assert.deepEqual((await read2("a\tb\n1,5\t2,25\n")).values, [[1.5, 2.25]]);
    assert.deepEqual((await read2('a,b\n"1,5",x\n"12",y\n')).values, [
      [1.5, "x"],
      [12, "y"],
    ]);
    const grouped = await read2('a,b\n"1,234",x\n"12,500",y\n');
    assert.deepEqual(grouped.values, [
      ["1,234", "x"],
      ["12,500", "y"],
    ]);
    assert.deepEqual(grouped.lines, []);
  });

  it("leaves them as texts where that is asked for", async () => {
    const { values, lines } = await read2("a;b\n1,5;2\n", { dynamicTyping: false });
    assert.deepEqual([values, lines], [[["1,5", "2"]], []]);
  });

  it("reads signs and thousands of decimal commas as numbers, or leaves the whole column as it is written", async () => {
    const { values, lines } = await read2("a;b\n-1,5;+2,5\n;3,5\n");
    assert.deepEqual(values, [
      [-1.5, 2.5],
      [(values as unknown[][])[1]?.[0], 3.5],
    ]);
    assert.match(lines[0] ?? "", /decimal commas were read in a, b/);
    // Of 2 to the power of 53 on, Papa Parse leaves numbers texts.
    const large = await read2("a;b\n12345678901234567,5;x\n1,5;y\n");
    assert.deepEqual(
      (large.values as unknown[][]).map(([a]) => a),
      ["12345678901234567,5", "1,5"],
    );
    assert.deepEqual(large.lines, []);
  });

  it("reads the bytes of Windows-1252 that Latin-1 has no letters for", async () => {
    // From the Encoding Standard's index of windows-1252.
    const bytes = Buffer.from([
      ...Buffer.from("a;b\n"),
      0x80,
      0x82,
      0x8a,
      0x93,
      0x94,
      0x96,
      0x99,
      0x9f,
      0xe4,
      ...Buffer.from(";1\n"),
    ]);
    assert.deepEqual((await read(bytes)).values, [["€‚Š“”–™Ÿä", 1]]);
  });

  for (const [what, text, message] of [
    [
      "a line with more fields",
      "a,b\n1,2\n3,4,5\n",
      /line 3 of .*table\.csv has 3 field\(s\), its heading 2; .*taken to be ","\. Mend/,
    ],
    [
      "lines with fewer",
      'a;b\n"1\n;";2\n\n3\n4\n',
      /line 5 of .*table\.csv has 1 field\(s\), its heading 2 \(and 1 more have/,
    ],
    [
      "a heading alone",
      "a,b\n",
      /table\.csv has one line alone, which is taken for the heading \(2 field\(s\)\), and no rows/,
    ],
    ["nothing", "\n", /table\.csv is empty\. Give a file with a heading/],
  ] as const)
    it(`says what is wrong with ${what}`, async () =>
      assert.rejects(read(Buffer.from(text)), (error: Error) => {
        assert.match(error.message, /^readCSV: /);
        assert.match(error.message, message);
        return true;
      }));

  it("takes rows of the heading's number of fields, whatever is in them", async () => {
    const { values } = await read(Buffer.from('a,b\n"1,\n""2""",5" disk\n,\n""\n"",x\n'));
    assert.deepEqual((values as unknown[][])[0], ['1,\n"2"', '5" disk']);
    assert.equal((values as unknown[][]).length, 2);
  });

  it("says what it takes where it is given something else", async () => {
    const wrong = (file: unknown, options?: unknown) => dfd.readCSV(file as string, options as object);
    await assert.rejects(wrong(undefined), /RangeError: readCSV: file is undefined; it is the path of a CSV file/);
    await assert.rejects(wrong(""), /readCSV: file is ""; it is the path/);
    await assert.rejects(wrong(5), /readCSV: file is 5; it is the path/);
    await assert.rejects(wrong("a.csv", null), /readCSV: options is null; it is an object with options/);
    await assert.rejects(wrong(place), /readCSV: .* is a folder \(seen from .*\)\. Give the path of a file in it/);
  });

  it("names the file that is not there", async () => {
    await assert.rejects(
      dfd.readCSV(join(place, "nothing.csv")),
      /readCSV: there is no file .*nothing\.csv \(seen from/,
    );
  });
});
