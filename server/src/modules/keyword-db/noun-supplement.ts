/**
 * The WordNet nouns that `wink-lexicon` omits: nouns of one or two characters, and a few numbers. Lemmas depend on them. For example,
 * `mrs` becomes `mr`, and `us` becomes `u`.
 *
 * WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. (WordNet license)
 */
export const missingNouns: readonly string[] =
  `0 1 10 11 12 13 14 15 16 17 18 19 2 20 21 22 23 24 25 26 27 28 29 3 30 3d 4 40 5 50 6 60 7 70 78 8 80 9 90 a aa ab
  ac ad ag ai ak al am an ar as at au av ax az b ba bb bd be bh bi bk bm br bs bw c ca cc cd ce cf ci cl cm co cr cs
  ct cu cv d da db dc dd de dg dj dl dm do dp ds dy e ea eb ec ed ee el em en eq er es eu ev ew ex f fa fe fl fm fo fr
  ft g ga gb gc gd ge gi gm go gp gu gy h ha hb he hf hg hi hl hm hn ho hp hq hr hs hz i ia ic id ie ig ii il in io ip
  iq ir it iv iw ix j ji jr jv k k2 ka kb kc kg ki km ko kp kr ks kt kv kw ky l la lb le lf lh li lm lp lr lu lx m m1
  m2 m3 ma mb mc md me mf mg mi ml mm mn mo mp mr ms mt mu mv mx n na nb nc nd ne ng nh ni nj nm no np nt nu nv nw ny
  o ob od oh ok or os ov ox p pa pb pc pd pe ph pi pm po pr ps pt pu px q qi r ra rb re rf rg rh ri rn ro ru rv s sa
  sb sc sd se sg si sl sm sn so sr ss sw t ta tb tc te th ti tl tm tn tt tv tx u uk un ur us ut uv v va vd vi vt w wa
  wb wi wu wv wy x xc xe xi xl xt xv xx xy y yb yi yr z zb zn zr zu 100 120 144 500 1000 10000 100000 1000000`.split(
    /\s+/,
  );

/** Maps plurals with two singulars in WordNet to the singular that `wink-lexicon` omits. */
export const missingSingulars: Readonly<Record<string, string>> = {
  assegais: 'assagai',
  auspices: 'auspex',
  bacchantes: 'bacchant',
  calcanei: 'calcaneus',
  elytra: 'elytron',
  guilders: 'guilder',
  gurnards: 'gurnard',
  haggadas: 'haggada',
  hermae: 'herm',
  litai: 'lit',
  mishnayoth: 'mishna',
  oedemata: 'edema',
  oesophagi: 'esophagus',
  organa: 'organon',
  paraleipses: 'paralipsis',
  plectra: 'plectron',
  ploughmen: 'plowman',
  shofroth: 'shofar',
  signori: 'signior',
  taeniae: 'tenia',
  touracos: 'turaco',
  tyros: 'tiro',
  wahhabis: 'wahabi',
};
