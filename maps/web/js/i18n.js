// The language of the page: a choice that is remembered, and that changes without a reload.

import { TEXTS } from "./texts.js";

const KEY = "mabele.language";
const listeners = new Set();
let language = remembered();

function remembered() {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "fr";
  } catch {
    return "fr"; // storage is closed in some private windows
  }
}

/** Return the current language, "fr" or "en". */
export const current = () => language;

/** Return the sentence of a key, its {names} replaced. */
export function t(key, values = {}) {
  const text = TEXTS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Add the sentences of a part of the page that is loaded later. */
export function addTexts(more) {
  for (const [code, texts] of Object.entries(more)) Object.assign(TEXTS[code], texts);
}

/** Return the text of a { fr, en } pair sent by the server. */
export const pick = (pair) => (pair ? (pair[language] ?? pair.fr ?? "") : "");

/** Call back after each change of language; return how that ends. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Change the language, everywhere at once. */
export function setLanguage(next) {
  language = next === "en" ? "en" : "fr";
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // the choice then lasts as long as the page
  }
  translatePage();
  for (const listener of listeners) listener(language);
}

/** Put the current language into the elements that name their text by key. */
export function translatePage() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-i18n]")) node.textContent = t(node.dataset.i18n);
  for (const node of document.querySelectorAll("[data-i18n-label]")) node.setAttribute("aria-label", t(node.dataset.i18nLabel));
  for (const node of document.querySelectorAll("[data-i18n-placeholder]")) node.placeholder = t(node.dataset.i18nPlaceholder);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

const locale = () => (language === "fr" ? "fr-FR" : "en-GB");

/** Return a number with at most `digits` decimals, at least `least`, or a dash. */
export function number(value, digits = 0, least = 0) {
  if (value == null || value === "") return "–";
  const format = { maximumFractionDigits: digits, minimumFractionDigits: least };
  return new Intl.NumberFormat(locale(), format).format(Number(value));
}

/** Return an integer with a true minus sign and no grouping, as identifiers are written. */
export const integer = (value) => String(value).replace("-", "−");

/** Return an instant as day and hour in Kinshasa, where the register is kept. */
export const instant = (text) => new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short", timeZone: "Africa/Kinshasa" }).format(new Date(text));

/** Return a calendar day ("2015-06-30") in words; the day has no hour, so no time zone moves it. */
export function day(value) {
  if (!value) return "";
  const [year, month, date] = value.split("-").map(Number);
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(Date.UTC(year, month - 1, date));
}
