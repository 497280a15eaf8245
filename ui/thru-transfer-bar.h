/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_TRANSFER_BAR (thru_transfer_bar_get_type ())

/* A long System Exclusive message that is being sent: to whom, how far it is, and a button that breaks it off. */
G_DECLARE_FINAL_TYPE (ThruTransferBar, thru_transfer_bar, THRU, TRANSFER_BAR, AdwBin)

GtkWidget *   thru_transfer_bar_new          (ThruStudio      *studio,
                                              ThruTransfer    *transfer);
ThruTransfer *thru_transfer_bar_get_transfer (ThruTransferBar *self);

G_END_DECLS
