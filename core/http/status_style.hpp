#pragma once

#include <string_view>

namespace erp {

/// The status page's style sheet. Colours come in two sets, for light and dark; below 700 px a
/// table's rows become blocks whose cells are named by their data-label.
inline constexpr std::string_view kStatusStyle = R"css(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dfe3e9;
--link:#0b62c4;--ok:#1a7f47;--partial:#9a6200;--failed:#c0322b;--quiet:#6b7684}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1a2029;--ink:#e3e8ef;--soft:#9aa6b5;
--line:#2c3542;--link:#6cb0ff;--ok:#4cc47f;--partial:#e0a63c;--failed:#ff7a70;--quiet:#8b97a6}}
*,::before{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1.25rem 3rem;max-width:68rem;background:var(--bg);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}
a:hover,a:focus-visible{text-decoration:underline}
h1{margin:0;font-size:1.5rem;line-height:1.25}
h1 small{font-size:.9rem;font-weight:400;color:var(--soft);margin-left:.35rem}
h2{margin:2rem 0 .6rem;font-size:1.1rem}
h2 small{font-weight:400;color:var(--soft);font-size:.9rem;margin-left:.3rem}
nav{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:.6rem 0 0}
dl.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1.1rem;margin:1.2rem 0 0}
dt{color:var(--soft)}
dd{margin:0}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
details{background:var(--card);border:1px solid var(--line);border-radius:8px;margin:0 0 .6rem}
summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .9rem;padding:.6rem .9rem;cursor:pointer}
summary::before{content:"\25B8";color:var(--soft)}
details[open]>summary::before{content:"\25BE"}
summary::-webkit-details-marker{display:none}
summary .name{font-weight:600}
summary .facts{color:var(--soft);margin-left:auto}
.more{padding:0 .9rem .8rem}
.more p{display:flex;flex-wrap:wrap;align-items:baseline;gap:.3rem .5rem;margin:.1rem 0 .6rem;color:var(--soft)}
.advice{margin:.3rem 0;padding-left:1.1rem;color:var(--soft)}
.tag{border:1px solid var(--line);border-radius:4px;padding:0 .35rem}
.state{color:var(--quiet)}
.state::before{content:"";display:inline-block;width:.62em;height:.62em;border-radius:50%;margin-right:.4em;
background:currentColor}
.ok{color:var(--ok)}
.partial{color:var(--partial)}
.failed{color:var(--failed)}
.pending::before,.off::before,.unavailable::before{background:none;border:2px solid currentColor}
table{width:100%;table-layout:fixed;border-collapse:collapse;background:var(--card)}
.sheet{border:1px solid var(--line);border-radius:8px;overflow:hidden}
.sheet th,.sheet td{padding-left:.9rem}
th,td{padding:.3rem .6rem .3rem 0;text-align:left;border-top:1px solid var(--line);vertical-align:baseline}
thead th{color:var(--soft);font-weight:400;font-size:.87rem;border-top:0}
tbody th{font-weight:400}
.more .number{width:6rem}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.empty{color:var(--soft)}
.more .number:last-child{padding-right:0}
@media(max-width:700px){
body{padding:1rem .8rem 2rem}
summary .facts{margin-left:0;width:100%}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{display:grid;grid-template-columns:1fr 1fr;padding:.4rem 0;border-top:1px solid var(--line)}
tbody tr:first-child{border-top:0}
th,td,.number,.more .number{display:block;width:auto;border:0;padding:0;text-align:left}
.sheet tr{padding:.4rem .9rem}
.sheet th,.sheet td{padding-left:0}
td:last-child{grid-column:2}
.more td:empty{display:none}
td[data-label]::before{content:attr(data-label) " ";color:var(--soft)}
}
)css";

}  // namespace erp
