// Tables of measurements as DataFrames. The npm package `vega-datasets` 3.2.1 (BSD 3-Clause) carries them as CSV.

import { join } from "node:path";
import type { DataFrame } from "danfojs-node";
import { checkArguments, STRING } from "../arguments";
import { dfd } from "../tables/danfo";
import { type PackageFile, packagedFolder, readChecked } from "./package-file";

const PACKAGE = { package: "vega-datasets", version: "3.2.1" };

/** Carbon dioxide at Mauna Loa: Scripps CO2 Program; licence CC BY 4.0; 19 kB. */
const CO2: PackageFile = {
  ...PACKAGE,
  dataSet: "CO2",
  path: "co2-concentration.csv",
  bytes: 18_547,
  sha256: "c1a4a970864145940a28225cae288618b156cb32f9a2a1b6606ba7124134febb",
};

/** The weather of Seattle: NOAA, National Climatic Data Center; a work of the U.S. government, public domain; 48 kB. */
const WEATHER: PackageFile = {
  ...PACKAGE,
  dataSet: "Weather",
  path: "seattle-weather.csv",
  bytes: 48_219,
  sha256: "0845078a290b48e3149ab8639966824110a251db4e06fc144c06ebb534af23be",
};

/**
 * Loads the carbon dioxide in the air over Mauna Loa, Hawaii: 741 months from March 1958 to April 2020 (five without a
 * measurement are missing).
 *
 * Source: Scripps CO2 Program, in the npm package `vega-datasets`, 19 kB. Licence: CC BY 4.0.
 *
 * @param folder where `co2-concentration.csv` is. Default: in the npm package, which `npm start` installs.
 * @returns columns `Date` (the first of the month), `CO2` and `adjusted CO2` (without the seasons), in parts per million.
 * @throws Error when the file is missing, cut, or not the original one; it says what to do.
 *
 * @example
 * ```ts
 * const co2 = await loadCo2()
 * co2.shape // => [741, 3]
 * ```
 */
export function loadCo2(folder: string = packagedFolder(CO2)): Promise<DataFrame> {
  checkArguments("loadCo2", { folder }, { folder: STRING });
  return readFrame(CO2, folder);
}

/**
 * Loads the weather of Seattle: 1,461 days, from 2012 to 2015.
 *
 * Source: NOAA, National Climatic Data Center, in the npm package `vega-datasets`, 48 kB. Public domain.
 *
 * @param folder where `seattle-weather.csv` is. Default: in the npm package, which `npm start` installs.
 * @returns columns `date`, `precipitation` (mm), `temp_max` and `temp_min` (°C), `wind` (km/h, as the package says), and
 * `weather`: drizzle, rain, snow, sun or fog.
 * @throws Error when the file is missing, cut, or not the original one; it says what to do.
 *
 * @example
 * ```ts
 * const weather = await loadWeather()
 * weather.shape // => [1461, 6]
 * ```
 */
export function loadWeather(folder: string = packagedFolder(WEATHER)): Promise<DataFrame> {
  checkArguments("loadWeather", { folder }, { folder: STRING });
  return readFrame(WEATHER, folder);
}

async function readFrame(file: PackageFile, folder: string): Promise<DataFrame> {
  await readChecked(folder, file);
  // readCSV makes frames of a class that lacks some of what DataFrame is typed to have, such as toCSV.
  const { values, columns } = await dfd.readCSV(join(folder, file.path));
  return new dfd.DataFrame(values, { columns });
}
