/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-first-page.h"
#include "thru-history.h"
#include "thru-matrix-view.h"
#include "thru-view-title.h"
#include "thru-window.h"

G_BEGIN_DECLS

struct _ThruWindow
{
  AdwApplicationWindow parent_instance;

  /* Owned */
  ThruStudio          *studio;
  ThruHistory         *history;
  GSettings           *settings;     /* (nullable): not installed, nothing is remembered */

  guint                width_source;
  GtkWidget           *loop_dialog;  /* (nullable), borrowed: the question that is open */

  /* Borrowed from the widget tree */
  ThruMatrixView      *matrix;

  /* Template children */
  AdwToastOverlay     *toast_overlay;
  ThruViewTitle       *view_title;
  AdwViewSwitcherBar  *view_bar;
  GtkWidget           *add_button;
  GtkWidget           *menu_button;
  GtkWidget           *panic_button;
  GtkWidget           *bars_bin;
  GtkBox              *problems_box;
  GtkBox              *questions_box;
  GtkBox              *transfers_box;
  GtkStack            *page_stack;
  ThruFirstPage       *first_page;
  AdwViewStack        *view_stack;
  GtkScrolledWindow   *matrix_scroller;
  GtkWidget           *devices_box;
  GtkLabel            *devices_hint;
  GtkWidget           *search_box;
  GtkLabel            *search_title;
  GtkLabel            *search_hint;
  GtkLabel            *sentence_label;
  GtkStack            *routes_stack;
  GtkScrolledWindow   *routes_scroller;
};

/* Shows @text for a few seconds; with a button for @action (nullable) labelled @label. Returns: (transfer none). */
AdwToast *
     _thru_window_toast           (ThruWindow       *self,
                                   const char       *text,
                                   const char       *label,
                                   const char       *action);

/* thru-window-bars.c: what is in @bin, a scrolled window, is shown whole unless it leaves too little for the matrix. */
void _thru_window_lay_bars_out    (GtkWidget        *bin);

/* thru-window-loop.c: asks, and makes the route if that is the answer. */
void _thru_window_ask_about_loop  (ThruWindow       *self,
                                   const char       *text,
                                   ThruDevice       *from,
                                   ThruDevice       *to);

/* thru-window-actions.c: the commands of the window and when they are available. */
void _thru_window_install_actions (GtkWidgetClass   *widget_class);
void _thru_window_update_actions  (ThruWindow       *self);

G_END_DECLS
