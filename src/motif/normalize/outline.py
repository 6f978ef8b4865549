"""Find the cloth's outline against its ground, on a small picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]
Quad = npt.NDArray[np.float64]

WORK_PX = 192
_RIM = 0.03


def reduced(rgb):
    h, w = rgb.shape[:2]
    s = WORK_PX / max(h, w)
    return cv2.resize(rgb, (max(8, round(w * s)), max(8, round(h * s))), interpolation=cv2.INTER_AREA)


def _rim(shape, share=_RIM):
    h, w = shape
    t = max(2, round(share * max(h, w)))
    m = np.zeros((h, w), bool)
    m[:t] = m[-t:] = True
    m[:, :t] = m[:, -t:] = True
    return m


def features(small):
    """log-RGB less a smooth ground surface, in ground deviations, and texture."""
    h, w = small.shape[:2]
    log = cv2.log(cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.float32) + 16)
    y, x = np.mgrid[-1:1:h * 1j, -1:1:w * 1j].astype(np.float32)
    basis = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], 2)
    rim = _rim((h, w))
    a, b = basis[rim][::2], log[rim][::2]
    weight = np.ones(len(a), np.float32)
    for _ in range(6):
        aw = a * weight[:, None]
        gram = aw.T @ a + 1e-2 * len(a) * np.diag([0, .02, .02, .2, .2, .2]).astype(np.float32)
        coef = np.linalg.solve(gram, aw.T @ b)
        res = b - a @ coef
        dist = np.sqrt((res**2).sum(1))
        scale = max(np.median(dist), 0.02)
        weight = 1 / (1 + (dist / (1.5 * scale)) ** 2)
    rest = log - (basis.reshape(-1, 6) @ coef).reshape(h, w, 3)
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32)
    luma = cv2.log(luma + 16)
    tx = cv2.blur(np.abs(cv2.Sobel(luma, cv2.CV_32F, 1, 0)), (5, 5))
    ty = cv2.blur(np.abs(cv2.Sobel(luma, cv2.CV_32F, 0, 1)), (5, 5))
    return rest, tx + ty


def codes(small):
    """Quantise to a joint code per pixel."""
    rest, texture = features(small)
    light = rest.mean(2)
    c1 = rest[..., 0] - rest[..., 1]
    c2 = rest[..., 2] - rest[..., 1]
    q = lambda v, step, n: np.clip(np.rint(v / step) + n // 2, 0, n - 1).astype(np.int32)
    ql = q(light, 0.10, 15)
    q1, q2 = q(c1, 0.08, 9), q(c2, 0.08, 9)
    qt = np.clip(np.log2(texture + 1e-3) + 6, 0, 5).astype(np.int32)
    return ((ql * 9 + q1) * 9 + q2), qt


def llr(code, qt, inside, outside):
    n = 15 * 81
    def hist(sel):
        hc = np.bincount(code[sel], minlength=n).astype(np.float32).reshape(15, 9, 9)
        hc = cv2.blur(hc.reshape(15, 81), (1, 3)).reshape(15, 9, 9)
        k = np.array([.25, .5, .25], np.float32)
        for ax in range(3):
            p = np.pad(hc, [(1, 1) if i == ax else (0, 0) for i in range(3)])
            sl = lambda o: tuple(slice(o, o + hc.shape[ax]) if i == ax else slice(None) for i in range(3))
            hc = .25 * p[sl(0)] + .5 * p[sl(1)] + .25 * p[sl(2)]
        hc = hc.ravel() + 0.02
        ht = np.bincount(qt[sel], minlength=6).astype(np.float32) + 1
        return hc / hc.sum(), ht / ht.sum()
    (ci, ti), (co, to) = hist(inside), hist(outside)
    table = np.log(ci / co)
    ttab = np.log(ti / to)
    return np.clip(table, -3, 3)[code] + np.clip(ttab, -1.5, 1.5)[qt]


def quad_mask(shape, quad):
    m = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(m, np.rint(quad * 16).astype(np.int32), 1, shift=4)
    return m.astype(bool)


def first_quad(score):
    s = cv2.boxFilter(score.astype(np.float32), -1, (9, 9))
    m = (s > 0).astype(np.uint8)
    m = cv2.morphologyEx(m, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    n, lab, stats, cen = cv2.connectedComponentsWithStats(m)
    if n < 2:
        return None, None
    k = 1 + np.argmax(stats[1:, 4])
    comp = (lab == k).astype(np.uint8)
    contour = max(cv2.findContours(comp, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=cv2.contourArea)
    hull = cv2.convexHull(contour)
    if len(hull) < 4 or cv2.contourArea(hull) < 50:
        return None, comp
    quad = cv2.approxPolyN(hull, 4, ensure_convex=True) if len(hull) > 4 else hull
    quad = quad.reshape(-1, 2).astype(np.float64)
    if len(quad) != 4:
        return None, comp
    return ordered(quad), comp


def ordered(quad):
    c = quad.mean(0)
    a = np.arctan2(quad[:, 1] - c[1], quad[:, 0] - c[0])
    q = quad[np.argsort(a)]
    return np.roll(q, -np.argmin(q.sum(1)), axis=0)


def refine(score, quad, reach, n=40):
    """Move each side to where the score changes sign best; return quad, per-side support."""
    h, w = score.shape
    centre = quad.mean(0)
    lines, support = [], []
    off = np.arange(-reach, reach + 1, 1.0)
    for i in range(4):
        p, q = quad[i], quad[(i + 1) % 4]
        d = (q - p) / max(np.hypot(*(q - p)), 1e-6)
        nrm = np.array([d[1], -d[0]])  # outward for clockwise on screen
        if nrm @ (centre - p) > 0:
            nrm = -nrm
        t = np.linspace(0.04, 0.96, n)
        base = p + t[:, None] * (q - p)
        pts = base[:, None] + off[None, :, None] * nrm
        prof = cv2.remap(score, pts[..., 0].astype(np.float32), pts[..., 1].astype(np.float32),
                         cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-1.0)
        prof = cv2.blur(prof, (1, 3))
        c = np.cumsum(prof, 1)
        # inside is low offsets: gain of boundary at k = sum_{<=k} - sum_{>k}
        gain = 2 * c - c[:, -1:]
        k = np.argmax(gain, 1)
        move = off[k] + 0.5
        wgt = gain[np.arange(n), k] - gain[:, reach]
        # robust line: offset = a + b t
        A = np.stack([np.ones(n), t - 0.5], 1)
        ww = np.ones(n)
        for _ in range(8):
            sol = np.linalg.lstsq(A * ww[:, None], move * ww, rcond=None)[0]
            r = np.abs(move - A @ sol)
            ww = 1 / (1 + (r / 1.5) ** 2)
        support.append(np.mean(r < 2.0))
        e0, e1 = sol[0] - sol[1] / 2, sol[0] + sol[1] / 2
        lines.append((p + e0 * nrm, q + e1 * nrm))
    new = []
    for i in range(4):
        (a1, a2), (b1, b2) = lines[i - 1], lines[i]
        M = np.stack([a2 - a1, -(b2 - b1)], 1)
        if abs(np.linalg.det(M)) < 1e-6:
            return None, support
        s = np.linalg.solve(M, b1 - a1)
        new.append(a1 + s[0] * (a2 - a1))
    return np.array(new), support


def edge_quality(score, quad, width=3.0, n=48):
    """Per side: share of places where just outside is ground and just inside is cloth."""
    centre = quad.mean(0)
    out = []
    for i in range(4):
        p, q = quad[i], quad[(i + 1) % 4]
        d = (q - p) / max(np.hypot(*(q - p)), 1e-6)
        nrm = np.array([d[1], -d[0]])
        if nrm @ (centre - p) > 0:
            nrm = -nrm
        t = np.linspace(0.05, 0.95, n)
        base = p + t[:, None] * (q - p)
        vals = []
        for o in (np.arange(1.5, 1.5 + width), -np.arange(1.5, 1.5 + 2 * width)):
            pts = (base[:, None] + o[None, :, None] * nrm).astype(np.float32)
            v = cv2.remap(score, pts[..., 0], pts[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
            vals.append(cv2.blur(v.mean(1, keepdims=True), (1, 5))[:, 0])
        out.append((np.mean(vals[0] < 0), np.mean(vals[1] > 0), np.mean(vals[0]), np.mean(vals[1])))
    return np.array(out)


def find(rgb):
    small = reduced(rgb)
    h, w = small.shape[:2]
    code, qt = codes(small)
    rim = _rim((h, w))
    inside = np.zeros((h, w), bool)
    inside[round(.25 * h):round(.75 * h), round(.25 * w):round(.75 * w)] = True
    outside = rim
    info = {}
    score = None
    quad = None
    for it in range(3):
        score = llr(code, qt, inside, outside)
        if it == 0 or quad is None:
            quad, comp = first_quad(score)
            if quad is None:
                return None, info
        for reach in ((round(.1 * w), round(.05 * w)) if it == 0 else (round(.05 * w),)):
            new, support = refine(score, quad, reach)
            if new is None or not cv2.isContourConvex(np.rint(new * 8).astype(np.int32)):
                return None, info
            quad = ordered(new)
        m = quad_mask((h, w), quad)
        inside = cv2.erode(m.astype(np.uint8), np.ones((3, 3))).astype(bool)
        outside = ~cv2.dilate(m.astype(np.uint8), np.ones((3, 3))).astype(bool)
        area = m.mean()
        if area < 0.08 or outside.mean() < 0.02:
            return None, dict(area=area)
    info = dict(area=area, support=support, edges=edge_quality(score, quad),
                outside=score[outside].mean(), inside=score[inside].mean(), small=small, score=score, comp=comp)
    scale = max(rgb.shape[:2]) / max(h, w)
    return (quad + 0.5) * np.array([rgb.shape[1] / w, rgb.shape[0] / h]) - 0.5, info
