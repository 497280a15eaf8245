/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_FIRST_PAGE (thru_first_page_get_type ())

/* What a new user sees first: it asks for the room's name and nothing else. The studio's "needs-name" says when it is done. */
G_DECLARE_FINAL_TYPE (ThruFirstPage, thru_first_page, THRU, FIRST_PAGE, AdwBin)

/* Shows the studio's suggestion and puts the cursor there. */
void thru_first_page_set_studio (ThruFirstPage *self,
                                 ThruStudio    *studio);

G_END_DECLS
