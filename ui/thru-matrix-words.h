/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-matrix-model.h"

G_BEGIN_DECLS

/* What a crossing says; new, translated text. */

/* To a screen reader: "Keystation to Live room TX7: connected, 1 millisecond". */
char *thru_matrix_words_describe      (ThruMatrixModel      *model,
                                       const ThruMatrixLine *row,
                                       const ThruMatrixLine *column);

/* To the eye, and what a click does: "Keystation (here) → TX7 in Live room: not connected. Click to connect." */
char *thru_matrix_words_explain       (ThruMatrixModel      *model,
                                       const ThruMatrixLine *row,
                                       const ThruMatrixLine *column);

/* About a header: "TX7 in Live room: not plugged in", "Live room: connected. Click to fold." */
char *thru_matrix_words_explain_line  (ThruMatrixModel      *model,
                                       ThruMatrixSide        side,
                                       const ThruMatrixLine *line);

G_END_DECLS
