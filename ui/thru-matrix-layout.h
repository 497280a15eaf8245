/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-matrix-axis.h"

G_BEGIN_DECLS

/* Where everything of the matrix lies, as arithmetic without a display. Two spaces: *content* counts from the start of the axes
 * and knows no scrolling and no direction; *widget* is what is drawn and clicked. Right to left, all is mirrored here. */

typedef enum
{
  THRU_MATRIX_NOWHERE,
  THRU_MATRIX_CORNER,
  THRU_MATRIX_COLUMN_HEADER,
  THRU_MATRIX_ROW_HEADER,
  THRU_MATRIX_BODY,
} ThruMatrixArea;

typedef struct
{
  double x, y, width, height;
} ThruMatrixRect;

typedef struct
{
  ThruMatrixArea area;
  int            row;    /* -1 for none */
  int            column; /* -1 for none */
} ThruMatrixHit;

#define THRU_MATRIX_OPEN_ROOM_WIDTH 24.0 /* of its own column */

/* What the labels need, in pixels. */
typedef struct
{
  double row_label;    /* widest row label */
  double column_label; /* widest label of a device's column */
  double line_height;  /* height of a line of text */
  int    zoom;         /* steps up or down from the size that suits the number of rooms */
  double heading;      /* width of a device's column with which the names of open rooms fit above theirs */
} ThruMatrixDemand;

typedef struct
{
  /* owned */
  ThruMatrixAxis *rows;
  ThruMatrixAxis *columns;

  /* what it was given */
  double          width, height;      /* of the widget */
  double          scroll_x, scroll_y; /* of the content, from its start */
  gboolean        rtl;

  /* what it chose */
  double          cell_width, cell_height;
  double          header_width;  /* of the row headers */
  double          header_height; /* of the column headers: strip, labels, foot */
  double          strip_height;  /* names of open rooms, at the top; 0 when there are none */
  double          foot_height;   /* meters, at the bottom */
  double          lean;          /* how far column headers lean, pixels across per pixel up; 0: labels are horizontal */
} ThruMatrixLayout;

void           thru_matrix_layout_init           (ThruMatrixLayout       *self);
void           thru_matrix_layout_clear          (ThruMatrixLayout       *self);

/* Sizes of cells and headers for the rooms, the labels and the widget's width. */
void           thru_matrix_layout_choose         (ThruMatrixLayout       *self,
                                                  const ThruMatrixDemand *demand);

/* Longer labels of leaning columns are shortened. */
double         thru_matrix_layout_get_widest_slanted (const ThruMatrixDemand *demand);

/* The zoom steps that make a difference, for @n_rooms. */
void           thru_matrix_layout_get_zoom_range (guint                   n_rooms,
                                                  int                    *least,
                                                  int                    *most);

/* Of all that scrolls, without headers; with what the last column header leans over. */
double         thru_matrix_layout_get_content_width  (const ThruMatrixLayout *self);
double         thru_matrix_layout_get_content_height (const ThruMatrixLayout *self);

/* Of the part of the body that shows. */
double         thru_matrix_layout_get_page_width  (const ThruMatrixLayout *self);
double         thru_matrix_layout_get_page_height (const ThruMatrixLayout *self);

/* In the widget's space. */
ThruMatrixRect thru_matrix_layout_get_region     (const ThruMatrixLayout *self,
                                                  ThruMatrixArea          area);
ThruMatrixRect thru_matrix_layout_get_cell       (const ThruMatrixLayout *self,
                                                  guint                   row,
                                                  guint                   column);
ThruMatrixRect thru_matrix_layout_get_row        (const ThruMatrixLayout *self,
                                                  guint                   row);
ThruMatrixRect thru_matrix_layout_get_column     (const ThruMatrixLayout *self,
                                                  guint                   column);

/* Mirrors when right to left. */
double         thru_matrix_layout_place          (const ThruMatrixLayout *self,
                                                  double                  x,
                                                  double                  width);

/* How far a column header has leant from its column, at @y of the widget (before mirroring). */
double         thru_matrix_layout_get_shift      (const ThruMatrixLayout *self,
                                                  double                  y);

/* The room line that is pinned over the first rows, with its place. FALSE: none. */
gboolean       thru_matrix_layout_get_pinned     (const ThruMatrixLayout *self,
                                                  guint                  *row,
                                                  ThruMatrixRect         *rect);

gboolean       thru_matrix_layout_get_visible    (const ThruMatrixLayout *self,
                                                  guint                  *first_row,
                                                  guint                  *last_row,
                                                  guint                  *first_column,
                                                  guint                  *last_column);

ThruMatrixHit  thru_matrix_layout_hit_test       (const ThruMatrixLayout *self,
                                                  double                  x,
                                                  double                  y);

/* The scroll offsets, nearest to the present ones, that show the whole cell. */
void           thru_matrix_layout_reveal         (const ThruMatrixLayout *self,
                                                  guint                   row,
                                                  guint                   column,
                                                  double                 *scroll_x,
                                                  double                 *scroll_y);

G_END_DECLS
