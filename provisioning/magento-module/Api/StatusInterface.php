<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api;

/**
 * By which a till recognises that this module is installed and that it may use it.
 *
 * @api
 */
interface StatusInterface
{
    /**
     * @return \Holdfast\Terminal\Api\Data\ModuleStatusInterface
     */
    public function get(): Data\ModuleStatusInterface;
}
