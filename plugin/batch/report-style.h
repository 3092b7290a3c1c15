/* report-style.h
 * How a report looks: light, dark, on a phone, on paper.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef MSICE_REPORT_STYLE_H
#define MSICE_REPORT_STYLE_H

/* Nothing is fetched and nothing is run, whatever a capture holds. */
#define REPORT_HEAD                                                                                                  \
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"                                        \
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"      \
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"                                     \
    "<meta name=\"referrer\" content=\"no-referrer\">\n<title>Media calls</title>\n<style>\n"                        \
    ":root{color-scheme:light dark;--ground:#fff;--text:#1c1e21;--dim:#5a6068;--line:#d4d8dd;--soft:#f3f5f7;"        \
    "--good:#17653a;--bad:#b3261e;--bar:#2b5fab;--link:#1a56a8}\n"                                                   \
    "@media (prefers-color-scheme:dark){:root{--ground:#16181b;--text:#e6e8ea;--dim:#a3abb4;--line:#3a4047;"         \
    "--soft:#22262b;--good:#6fcf97;--bad:#ff9a8f;--bar:#7fb0f5;--link:#8ab8ff}}\n"                                   \
    "body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--ground);color:var(--text);"                    \
    "font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"                                                   \
    "a{color:var(--link)}h1,h2,h3{line-height:1.2}h2{margin-top:2.5rem}.dim{color:var(--dim)}\n"                     \
    ".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem 2rem}\n"       \
    "figure{margin:0}figcaption{font-weight:600;margin-bottom:.3rem}svg text{fill:var(--text);font-size:13px}\n"     \
    "rect.back{fill:var(--soft)}rect.bar{fill:var(--bar)}rect.bad{fill:var(--bad)}\n"                                \
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}\n"                             \
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line);"              \
    "overflow-wrap:break-word}th{background:var(--soft)}td:first-child,th,.when{white-space:nowrap}td:last-child{min-width:14rem}\n"               \
    "section{border-top:2px solid var(--line);margin-top:2.5rem}section h2{margin-top:1rem}\n"                      \
    ".verdict{background:var(--soft);border-left:4px solid var(--bad);padding:.2rem 1rem}.cause{font-weight:600}\n"  \
    "dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.4rem 1.5rem}\n"        \
    "dt{color:var(--dim);font-size:.85rem}dd{margin:0}\n"                                                            \
    ".ladder text{text-anchor:middle;font-size:12px}.ladder .head{font-weight:600}.ladder .life{stroke:var(--line)}" \
    ".ladder .note{text-anchor:start;fill:var(--dim)}\n"                                                             \
    ".good line,.good path{stroke:var(--good);fill:var(--good)}.good text{fill:var(--good)}\n"                       \
    ".bad line,.bad path{stroke:var(--bad);fill:var(--bad)}.bad line{stroke-dasharray:5 4}.bad "                     \
    "text{fill:var(--bad)}\n"                                                                                        \
    "@media print{:root{--ground:#fff;--text:#000;--dim:#444;--line:#999;--soft:#f3f5f7;--good:#17653a;"             \
    "--bad:#b3261e;--bar:#2b5fab;--link:#000}body{max-width:none;font-size:10pt}"                                    \
    "section{break-before:page;border:0}.wide{overflow:visible}"                                                     \
    "tr,figure,.verdict{break-inside:avoid}.up{display:none}.ladder{max-width:100%;height:auto}"                     \
    "rect{print-color-adjust:exact}}\n"                                                                              \
    "</style>\n</head>\n<body>\n"

#define REPORT_END "</body>\n</html>\n"

#endif
