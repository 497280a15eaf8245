/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-matrix-cell.h"
#include "thru-matrix-layer.h"
#include "thru-matrix-layout.h"
#include "thru-matrix-model.h"
#include "thru-matrix-style.h"
#include "thru-matrix-view.h"
#include "thru-meter-driver.h"

G_BEGIN_DECLS

typedef enum
{
  THRU_LAYER_BODY,
  THRU_LAYER_BODY_METERS,
  THRU_LAYER_COLUMNS,
  THRU_LAYER_COLUMN_METERS,
  THRU_LAYER_ROWS,
  THRU_LAYER_ROW_METERS,
  THRU_LAYER_CURSOR,
  THRU_N_LAYERS,
} ThruMatrixLayerKind;

struct _ThruMatrixView
{
  GtkWidget            parent_instance;

  /* owned */
  ThruMatrixModel     *model;      /* NULL without a studio */
  ThruMatrixLayout     layout;
  ThruMatrixStyle      style;
  PangoFontDescription *font;      /* that labels were measured with */
  ThruMeterDriver     *meters;     /* sources, destinations, routes */
  GPtrArray           *labels[2];  /* GskRenderNode or NULL, by line */
  GPtrArray           *room_names; /* GskRenderNode or NULL, by room: for the strip over the columns */
  GArray              *name_widths;/* double, by room */
  GtkWidget           *layers[THRU_N_LAYERS];
  GtkWidget           *menu;
  char                *sentence;

  /* scrolling */
  GtkAdjustment       *hadjustment, *vadjustment;
  GtkScrollablePolicy  hscroll_policy, vscroll_policy;

  /* proxies */
  GPtrArray           *cells;      /* ThruMatrixCell, all children of ours */
  GHashTable          *bound;      /* crossing -> ThruMatrixCell */
  guint                place_id;

  /* input */
  gboolean             pointer_inside;
  double               pointer_x, pointer_y;
  ThruMatrixHit        hover;      /* what the pointer asks about, until a key is used */
  guint                cursor_row, cursor_column;
  GObject             *cursor_on[2]; /* owned: the ThruDevice or ThruRoom of both lines */
  gboolean             cursor_on_empty[2]; /* a room without devices on that axis */
  gboolean             cursor_moved; /* by a person: it names a crossing from now on */
  ThruMatrixHit        press;
  gboolean             painting;   /* a drag left its first cell and connects what it crosses */
  GtkOrientation       paint_orientation;

  int                  zoom;
  ThruMatrixDemand     demand;     /* of the present labels */
};

/* thru-matrix-view.c */
const ThruMatrixLine *_thru_matrix_view_get_line     (ThruMatrixView       *self,
                                                      ThruMatrixSide        side,
                                                      guint                 line);
gboolean              _thru_matrix_view_is_empty     (ThruMatrixView       *self);
void                  _thru_matrix_view_redraw       (ThruMatrixView       *self,
                                                      ThruMatrixLayerKind   layer);
void                  _thru_matrix_view_redraw_all   (ThruMatrixView       *self);
void                  _thru_matrix_view_update_sentence (ThruMatrixView    *self);

/* thru-matrix-view-follow.c */
void                  _thru_matrix_view_set_cursor   (ThruMatrixView       *self,
                                                      guint                 row,
                                                      guint                 column);
void                  _thru_matrix_view_fold         (ThruMatrixView       *self,
                                                      ThruMatrixSide        side,
                                                      guint                 room,
                                                      gboolean              folded);

/* The axes' lines are others: cursor, pointer, sizes, labels and proxies follow. */
void                  _thru_matrix_view_lines_changed (ThruMatrixView      *self);

/* @studio: (nullable). */
void                  _thru_matrix_view_follow       (ThruMatrixView       *self,
                                                      ThruStudio           *studio);

/* thru-matrix-view-labels.c */
void                  _thru_matrix_view_measure_labels (ThruMatrixView     *self,
                                                        ThruMatrixDemand   *demand);
void                  _thru_matrix_view_forget_labels  (ThruMatrixView     *self);
GskRenderNode *       _thru_matrix_view_get_label      (ThruMatrixView     *self,
                                                        ThruMatrixSide      side,
                                                        guint               line);

/* Of the strip over the columns; NULL when it does not fit its room's columns. */
GskRenderNode *       _thru_matrix_view_get_room_name  (ThruMatrixView     *self,
                                                        guint               room,
                                                        double             *width);

/* thru-matrix-view-draw.c */
void                  _thru_matrix_view_draw_body    (GtkWidget            *widget,
                                                      GtkSnapshot          *snapshot);
void                  _thru_matrix_view_draw_cursor  (GtkWidget            *widget,
                                                      GtkSnapshot          *snapshot);

/* thru-matrix-view-headers.c */
void                  _thru_matrix_view_draw_columns (GtkWidget            *widget,
                                                      GtkSnapshot          *snapshot);
void                  _thru_matrix_view_draw_rows    (GtkWidget            *widget,
                                                      GtkSnapshot          *snapshot);

/* thru-matrix-view-meters.c */
void                  _thru_matrix_view_set_meters   (ThruMatrixView       *self);
void                  _thru_matrix_view_draw_body_meters (GtkWidget        *widget,
                                                      GtkSnapshot          *snapshot);
void                  _thru_matrix_view_draw_column_meters (GtkWidget      *widget,
                                                      GtkSnapshot          *snapshot);
void                  _thru_matrix_view_draw_row_meters (GtkWidget         *widget,
                                                      GtkSnapshot          *snapshot);

/* thru-matrix-view-cells.c */
ThruMatrixCell *      _thru_matrix_view_get_cell     (ThruMatrixView       *self,
                                                      guint                 row,
                                                      guint                 column);
void                  _thru_matrix_view_unbind_cells (ThruMatrixView       *self);
void                  _thru_matrix_view_queue_place  (ThruMatrixView       *self,
                                                      guint                 delay);
void                  _thru_matrix_view_allocate_cells (ThruMatrixView     *self);
void                  _thru_matrix_view_update_cells (ThruMatrixView       *self);
void                  _thru_matrix_view_move_cursor  (ThruMatrixView       *self,
                                                      guint                 row,
                                                      guint                 column,
                                                      gboolean              focus);

/* thru-matrix-view-layout.c */

/* Labels, sizes and proxies anew. */
void                  _thru_matrix_view_relayout     (ThruMatrixView       *self);
void                  _thru_matrix_view_allocate     (ThruMatrixView       *self,
                                                      int                   width,
                                                      int                   height);
void                  _thru_matrix_view_set_adjustment (ThruMatrixView     *self,
                                                      GtkAdjustment       **slot,
                                                      GtkAdjustment        *adjustment);

/* thru-matrix-view-input.c */
void                  _thru_matrix_view_add_input    (ThruMatrixView       *self);
void                  _thru_matrix_view_update_hover (ThruMatrixView       *self);

/* What the pointer's button does, in the widget's coordinates. */
void                  _thru_matrix_view_press        (ThruMatrixView       *self,
                                                      double                x,
                                                      double                y);
void                  _thru_matrix_view_drag         (ThruMatrixView       *self,
                                                      double                x,
                                                      double                y);
void                  _thru_matrix_view_release      (ThruMatrixView       *self,
                                                      double                x,
                                                      double                y);

/* thru-matrix-view-actions.c */
void                  _thru_matrix_view_install_actions (GtkWidgetClass    *widget_class);
void                  _thru_matrix_view_pop_up       (ThruMatrixView       *self,
                                                      GMenuModel           *menu,
                                                      const GdkRectangle   *at);

/* Of the crossing under the keyboard. */
void                  _thru_matrix_view_pop_up_menu  (ThruMatrixView       *self);
void                  _thru_matrix_view_connect      (ThruMatrixView       *self,
                                                      guint                 row,
                                                      guint                 column);
gboolean              _thru_matrix_view_can_connect  (ThruMatrixView       *self,
                                                      guint                 row,
                                                      guint                 column);

/* The route under the keyboard. FALSE: there is none. */
gboolean              _thru_matrix_view_toggle_mute  (ThruMatrixView       *self);

/* Folds or opens those of both lines that are rooms. */
void                  _thru_matrix_view_fold_crossing (ThruMatrixView      *self,
                                                      guint                 row,
                                                      guint                 column,
                                                      gboolean              fold);

/* What a click does: connects, disconnects, folds or opens. */
void                  _thru_matrix_view_activate     (ThruMatrixView       *self,
                                                      guint                 row,
                                                      guint                 column);

/* thru-matrix-view-rooms.c: removing the room whose own line that is, which can be undone. */

/* Items for the menu of that crossing. */
void                  _thru_matrix_view_append_rooms (ThruMatrixView       *self,
                                                      GMenu                *menu,
                                                      guint                 row,
                                                      guint                 column);

/* The menu of a header. FALSE: it has none. */
gboolean              _thru_matrix_view_pop_up_room_menu (ThruMatrixView       *self,
                                                          const ThruMatrixHit  *hit,
                                                          double                x,
                                                          double                y);

/* Asks when there are two. */
void                  _thru_matrix_view_remove_at_cursor (ThruMatrixView   *self);
void                  _thru_matrix_view_install_room_actions (GtkWidgetClass *widget_class);

G_END_DECLS
