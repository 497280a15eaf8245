/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which axis. */
typedef enum
{
  THRU_MATRIX_ROWS,    /* sources */
  THRU_MATRIX_COLUMNS, /* destinations */
} ThruMatrixSide;

/* One axis of the matrix as arithmetic: the lines that rooms and their devices make, which rooms are folded, and where each
 * line lies. Pixels from the axis' start; no display needed. A folded room is one line; an open one is its own, slimmer line
 * and a line for each device. */
typedef struct _ThruMatrixAxis ThruMatrixAxis;

typedef struct
{
  guint    room;   /* index of the room */
  int      device; /* index among the room's devices on this axis; -1: the room itself */
  gboolean folded; /* the room's line stands for its devices, too */
  gboolean open;   /* it is the heading of its devices, which follow */
  double   start;  /* pixels */
  double   size;   /* pixels */
} ThruMatrixLine;

ThruMatrixAxis *      thru_matrix_axis_new          (void);
void                  thru_matrix_axis_free         (ThruMatrixAxis     *self);

/* Replaces the rooms: @ids[i] has @n_devices[i] devices on this axis. What was folded or opened by hand is remembered by id;
 * a room seen for the first time is folded when there is too much to show it (thru_matrix_axis_folds_at_first()). The first
 * room is our own. */
void                  thru_matrix_axis_set_rooms    (ThruMatrixAxis     *self,
                                                     const char * const *ids,
                                                     const guint        *n_devices,
                                                     guint               n_rooms);

/* Beyond eight rooms or 96 devices all rooms but our own start folded; beyond sixteen rooms ours as well. */
gboolean              thru_matrix_axis_folds_at_first (guint             n_rooms,
                                                       guint             n_devices,
                                                       gboolean          own);

/* @device: of a device's or a folded room's line; @room: of an open room's line. */
void                  thru_matrix_axis_set_sizes    (ThruMatrixAxis     *self,
                                                     double              device,
                                                     double              room);

guint                 thru_matrix_axis_get_n_rooms  (ThruMatrixAxis     *self);
guint                 thru_matrix_axis_get_n_lines  (ThruMatrixAxis     *self);

/* Returns: (transfer none): valid until rooms, sizes or folds change. */
const ThruMatrixLine *thru_matrix_axis_get_line     (ThruMatrixAxis     *self,
                                                     guint               line);
double                thru_matrix_axis_get_length   (ThruMatrixAxis     *self);

/* A room without devices can not be folded, and never is. */
gboolean              thru_matrix_axis_is_folded    (ThruMatrixAxis     *self,
                                                     guint               room);
gboolean              thru_matrix_axis_can_fold     (ThruMatrixAxis     *self,
                                                     guint               room);

/* Some room shows its devices. */
gboolean              thru_matrix_axis_has_open     (ThruMatrixAxis     *self);
void                  thru_matrix_axis_set_folded   (ThruMatrixAxis     *self,
                                                     guint               room,
                                                     gboolean            folded);
void                  thru_matrix_axis_set_all_folded (ThruMatrixAxis   *self,
                                                       gboolean          folded);

/* The line at @position, -1 outside. */
int                   thru_matrix_axis_line_at      (ThruMatrixAxis     *self,
                                                     double              position);

/* The line that shows @device of @room (-1: the room itself): the room's when it is folded. */
guint                 thru_matrix_axis_find_line    (ThruMatrixAxis     *self,
                                                     guint               room,
                                                     int                 device);

/* The lines that lie at least partly within @position and @position + @length. FALSE: none. */
gboolean              thru_matrix_axis_get_visible  (ThruMatrixAxis     *self,
                                                     double              position,
                                                     double              length,
                                                     guint              *first,
                                                     guint              *last);

/* Where the room's lines begin and end. */
void                  thru_matrix_axis_get_span     (ThruMatrixAxis     *self,
                                                     guint               room,
                                                     double             *start,
                                                     double             *end);

/* The open room whose own line is scrolled out before @position while its devices are still there: its line, -1 for none.
 * @start: where that line, @size high, is pinned, seen from @position: 0, or less while the next room pushes it out. */
int                   thru_matrix_axis_get_pinned   (ThruMatrixAxis     *self,
                                                     double              position,
                                                     double             *start);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruMatrixAxis, thru_matrix_axis_free)

G_END_DECLS
